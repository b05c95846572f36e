package dev.embedctl.provider.remote.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a file while it arrives. A line that is too long is cut. */
final class ResultLines implements BatchFormat.ResultStream {
  private static final int BLOCK = 64 << 10;

  private final InputStream in;
  private final long longest;
  private final byte[] block = new byte[BLOCK];
  private int from;
  private int to;

  /**
   * The lines of a stream.
   *
   * @param longest the bytes of a line after which the rest of it is left out
   */
  ResultLines(InputStream in, long longest) {
    this.in = in;
    this.longest = longest;
  }

  /** The lines of a stream that may take a quarter of the process's memory each. */
  static ResultLines of(InputStream in) {
    return new ResultLines(in, Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 4));
  }

  @Override
  public Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (fill()) {
      int end = from;
      while (end < to && block[end] != '\n') {
        end++;
      }
      line.write(block, from, (int) Math.min(end - from, longest - line.size()));
      boolean whole = end < to;
      from = Math.min(to, end + 1);
      if (whole && !isBlank(line)) {
        return Optional.of(line.toByteArray());
      }
    }
    return isBlank(line) ? Optional.empty() : Optional.of(line.toByteArray());
  }

  /** Reads the next block if this one is used up; returns whether there is anything. */
  private boolean fill() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, in.read(block));
    }
    return from < to;
  }

  private static boolean isBlank(ByteArrayOutputStream line) {
    return line.size() < 3 && line.toString(StandardCharsets.UTF_8).isBlank();
  }
}
