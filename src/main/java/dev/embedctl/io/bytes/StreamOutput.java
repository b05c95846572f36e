package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes to standard output, which has no name to give and cannot be taken back. The stream must
 * tell its failures, which a {@link java.io.PrintStream} does not; it stays open.
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
    // The stream is its owner's to close.
  }

  /** What a failure of standard output means, for who writes to the stream itself. */
  public static EmbedctlException failure(IOException e) {
    return BrokenPipe.caused(e)
        ? new EmbedctlException.ReaderGone(e)
        : new EmbedctlException.RunFailed(
            "standard output cannot be written: " + e.getMessage(), e);
  }
}
