package dev.embedctl.io.bytes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A stream whose first bytes can be inspected before they are read. A read error after some of
 * these bytes is thrown when a caller has read up to that position.
 */
public final class SniffedStream extends FilterInputStream {
  private final byte[] head;
  private final Optional<IOException> failure;
  private int consumed;

  private SniffedStream(InputStream in, byte[] head, Optional<IOException> failure) {
    super(in);
    this.head = head;
    this.failure = failure;
  }

  /**
   * Reads the first bytes of a stream ahead.
   *
   * @param atLeast the number of bytes to wait for
   * @param atMost the maximum number of bytes, if more are available at once
   */
  public static SniffedStream of(InputStream in, int atLeast, int atMost) {
    byte[] head = new byte[atMost];
    int length = 0;
    try {
      int read = in.read(head, 0, atMost);
      while (read >= 0) {
        length += read;
        if (length >= atLeast) {
          break;
        }
        read = in.read(head, length, atMost - length);
      }
    } catch (IOException e) {
      return new SniffedStream(in, Arrays.copyOf(head, length), Optional.of(e));
    }
    return new SniffedStream(in, Arrays.copyOf(head, length), Optional.empty());
  }

  /** The first bytes. */
  public byte[] head() {
    return head.clone();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (consumed < head.length) {
      int count = Math.min(length, head.length - consumed);
      System.arraycopy(head, consumed, target, offset, count);
      consumed += count;
      return count;
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return in.read(target, offset, length);
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("the stream cannot skip");
  }

  @Override
  public int available() {
    return head.length - consumed;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
