package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the runs of a model that {@code embedctl warmup} measured on this machine. */
public final class MeasuredRuns {
  private static final String NOT_MEASURED =
      "embedctl warmup has not measured this model on this machine";

  private final Optional<Path> folder;
  private final int processors;
  private final Consumer<String> listener;

  /**
   * The measurements in a folder.
   *
   * @param folder which may not exist; where there is none, runs are the usual ones
   * @param processors how many there are for this process
   * @param listener receives a sentence about the runs of each model
   */
  public MeasuredRuns(Optional<Path> folder, int processors, Consumer<String> listener) {
    this.folder = folder;
    this.processors = processors;
    this.listener = listener;
  }

  /** The usual runs, whatever was measured. */
  public static MeasuredRuns none(int processors) {
    return new MeasuredRuns(Optional.empty(), processors, sentence -> {});
  }

  /** The fastest runs of a model; the usual ones if they were not measured. */
  Runs of(ModelFile model) {
    if (folder.isEmpty() || !Files.exists(folder.get())) { // there is no need to read more
      return usual(Runs.usual(model.arithmetic(), processors), NOT_MEASURED);
    }
    Circumstances here = Circumstances.here(model, processors);
    Path file = here.fileIn(folder.get());
    if (!Files.exists(file)) {
      return usual(here.usual(), NOT_MEASURED);
    }
    try {
      Measurement found = Measurement.read(file, here);
      listener.accept(
          sentence(
              found.runs(),
              String.join(
                  "", "measured by embedctl warmup on ", found.day(), ", ", found.result())));
      return found.runs();
    } catch (Usage e) {
      return usual(here.usual(), e.getMessage());
    }
  }

  private Runs usual(Runs usual, String reason) {
    listener.accept(sentence(usual, "the usual runs, since ".concat(reason)));
    return usual;
  }

  private static String sentence(Runs runs, String origin) {
    return String.join("", "the model computes ", runs.toString(), " (", origin, ")");
  }
}
