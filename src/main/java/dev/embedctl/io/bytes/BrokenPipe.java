package dev.embedctl.io.bytes;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Recognizes by an exception's message that the reader has gone, since its type does not show it.
 */
final class BrokenPipe {
  private BrokenPipe() {}

  static boolean caused(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    // Unix; Windows (two messages); java.io's pipes (three).
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
