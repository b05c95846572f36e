package dev.embedctl.io;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file, and does not take it for whole where it became shorter meanwhile. What is added
 * while it is read is read too.
 */
final class WholeFile extends FilterInputStream {
  private final long least;
  private long read;

  private WholeFile(InputStream in, long least) {
    super(in);
    this.least = least;
  }

  static WholeFile open(Path file) throws IOException {
    long size = Files.isRegularFile(file) ? Files.size(file) : 0;
    return new WholeFile(Files.newInputStream(file), size);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count < 0 && read < least) {
      throw new IOException("the file became shorter while it was read");
    }
    read += Math.max(count, 0);
    return count;
  }
}
