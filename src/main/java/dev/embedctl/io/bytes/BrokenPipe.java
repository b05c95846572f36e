package dev.embedctl.io.bytes;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells a reader that went away, which no exception's type does, from a medium that fails. */
final class BrokenPipe {
  private BrokenPipe() {}

  static boolean caused(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    // Unix, Windows twice, and java.io's own pipes.
    return Stream.of(
            "broken pipe",
            "pipe is being closed",
            "pipe has been ended",
            "pipe closed",
            "pipe broken",
            "read end dead")
        .anyMatch(message::contains);
  }
}
