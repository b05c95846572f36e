package dev.embedctl.provider.download;

import java.io.IOException;
import java.nio.file.Path;

/** Where a model is downloaded from. */
sealed interface ModelSource permits PackageSource, HubSource {
  /** The model's name. */
  String model();

  /** The name of the model's folder. */
  String folder();

  /**
   * Downloads the model.
   *
   * @param part the folder that contains the model's files, and no others, at the end; files that
   *     an earlier attempt left there are used
   */
  void download(Path part) throws IOException, InterruptedException;

  /** Fails if the model in a folder is not the requested one, though its name is the same. */
  void requireSame(Path present);
}
