package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes to standard output, which cannot be renamed or undone. The stream must throw its errors,
 * which a {@link java.io.PrintStream} does not; it stays open.
 */
public final class StreamOutput implements Output {
  private final OutputStream stream;

  public StreamOutput(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      stream.write(bytes, offset, length);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void flush() {
    try {
      stream.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void commit() {
    flush();
  }

  @Override
  public void close() {
    // The owner closes the stream.
  }

  /**
   * The exception for a write error on standard output, for code that writes to the stream
   * directly.
   */
  public static EmbedctlException failure(IOException e) {
    return BrokenPipe.caused(e)
        ? new EmbedctlException.ReaderGone(e)
        : new EmbedctlException.RunFailed(
            "standard output cannot be written: " + e.getMessage(), e);
  }
}
