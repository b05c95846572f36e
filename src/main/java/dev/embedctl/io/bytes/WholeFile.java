package dev.embedctl.io.bytes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a file, and fails if it was truncated meanwhile. Data that is appended while reading is
 * read too.
 */
public final class WholeFile extends FilterInputStream {
  private final long sizeAtStart;
  private final AtomicLong read = new AtomicLong();

  private WholeFile(InputStream in, long sizeAtStart) {
    super(in);
    this.sizeAtStart = sizeAtStart;
  }

  public static WholeFile open(Path file) throws IOException {
    long size = Files.isRegularFile(file) ? Files.size(file) : 0;
    return new WholeFile(Files.newInputStream(file), size);
  }

  /**
   * The share of the file that was read, based on its size when it was opened; empty without a
   * size.
   */
  public OptionalDouble shareRead() {
    return sizeAtStart == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (double) read.get() / sizeAtStart));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    read.lazySet(read.getPlain() + skipped);
    return skipped;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count < 0 && read.getPlain() < sizeAtStart) {
      throw new IOException("the file was truncated while it was read");
    }
    read.lazySet(read.getPlain() + Math.max(count, 0)); // one thread reads
    return count;
  }
}
