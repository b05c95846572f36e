package dev.embedctl.cli.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** The reason why a file could not be used, in plain words. */
public final class Reason {
  private Reason() {}

  /** The reason; it does not name the file. */
  public static String of(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file or folder";
      case AccessDeniedException denied -> "no permission";
      case FileSystemException other ->
          Objects.requireNonNullElse(other.getReason(), "the file cannot be used for this");
      default -> Objects.requireNonNullElse(e.getMessage(), "input or output failed");
    };
  }
}
