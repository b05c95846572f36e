package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Measures which runs of a model are the fastest on this machine, and keeps the result. */
public final class RunsMeasurement {
  /** About the longest time for one model. */
  public static final Duration LIMIT = Duration.ofSeconds(8);

  private final Path folder;
  private final int processors;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final Function<ModelFolder, RunsContest.Trial> trials;

  /**
   * Measurements.
   *
   * @param folder of their files, which may not exist
   * @param processors how many there are for this process
   */
  public RunsMeasurement(Path folder, int processors, LongSupplier nanoTime, InstantSource clock) {
    this(folder, processors, nanoTime, clock, RunsTrial::of);
  }

  /** The same, with other trials of models. */
  RunsMeasurement(
      Path folder,
      int processors,
      LongSupplier nanoTime,
      InstantSource clock,
      Function<ModelFolder, RunsContest.Trial> trials) {
    this.folder = folder;
    this.processors = processors;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.trials = trials;
  }

  /**
   * Measures a model.
   *
   * @return a sentence with the result
   * @throws dev.embedctl.model.EmbedctlException if the model cannot be run
   */
  public String measure(LocalModels.Found model) throws InterruptedException {
    ModelFolder read = ModelFolder.read(model.place());
    Circumstances here = Circumstances.here(ModelFile.of(read.model(), model.origin()), processors);
    Optional<RunsContest.Winner> winner;
    try (RunsContest.Trial trial = trials.apply(read)) {
      winner =
          new RunsContest(trial, LIMIT, nanoTime)
              .winner(here.usual(), Runs.others(here.arithmetic(), processors));
    }
    if (winner.isEmpty()) {
      return model.name()
          + " could not be measured, since the machine is busy or the model is slow; its runs are as"
          + " before";
    }
    Measurement result =
        new Measurement(
            winner.get().runs(),
            (int) Math.round(100 * (winner.get().gain() - 1)),
            clock.instant().atZone(ZoneOffset.UTC).toLocalDate().toString());
    Path file = here.fileIn(folder);
    try {
      result.write(file, here);
    } catch (IOException e) {
      throw new RunFailed("the measurement " + file + " cannot be written: " + e, e);
    }
    return model.name() + " computes " + result.runs() + " (" + result.result() + ")";
  }
}
