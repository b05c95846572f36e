package dev.embedctl.cli.options;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file that is read.
 *
 * @param name its path below the folder or the glob that names it; for a single file its name
 */
public record InputFile(Path path, Path name) {
  public InputFile {
    Objects.requireNonNull(path);
    Objects.requireNonNull(name);
  }
}
