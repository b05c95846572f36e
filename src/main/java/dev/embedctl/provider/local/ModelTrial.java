package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out whether a model can run in this process, before it gets its name. */
public final class ModelTrial {
  private static final String TEXT = "a trial";

  private final String name;
  private final Path folder;

  /** A trial of the model in a folder. */
  public ModelTrial(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  /**
   * Reads everything but the model's file.
   *
   * @param file the place of the model's file, which may not exist yet
   * @throws Usage if the model needs something that is not supported
   */
  public void readSettings(Path file) {
    try {
      ModelFolder.read(folder, file);
    } catch (EmbedctlException e) {
      throw refusal(e.getMessage());
    }
  }

  /**
   * Embeds a text.
   *
   * @throws Usage if the model cannot be run
   */
  public void embed() throws InterruptedException {
    try (EmbeddingProvider provider =
        LocalModelProvider.open(
            folder,
            ModelOrigin.USERS_OWN,
            name,
            Optional.empty(),
            Optional.of(""),
            Oversize.TRUNCATE,
            Normalization.NONE,
            MeasuredRuns.none(1))) {
      provider.embed(List.of(TEXT));
    } catch (EmbedctlException | ProviderException e) {
      throw refusal(e.getMessage());
    }
  }

  private Usage refusal(String reason) {
    return new Usage(
        name
            + " cannot run here: "
            + reason.replace(folder + folder.getFileSystem().getSeparator(), ""));
  }
}
