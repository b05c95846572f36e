package dev.embedctl.io.bytes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A stream whose first bytes can be seen before they are read. What goes wrong after some of them
 * were seen goes wrong again when the reader comes to that place.
 */
public final class SniffedStream extends FilterInputStream {
  private final byte[] head;
  private final Optional<IOException> failure;
  private int given;

  private SniffedStream(InputStream in, byte[] head, Optional<IOException> failure) {
    super(in);
    this.head = head;
    this.failure = failure;
  }

  /**
   * Sees a stream's first bytes.
   *
   * @param atLeast so many are waited for
   * @param atMost so many are taken where they are there at once
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
    if (given < head.length) {
      int count = Math.min(length, head.length - given);
      System.arraycopy(head, given, target, offset, count);
      given += count;
      return count;
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return in.read(target, offset, length);
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("it is read to its end");
  }

  @Override
  public int available() {
    return head.length - given;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
