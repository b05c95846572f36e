package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.BlockStream;
import dev.embedctl.io.bytes.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Whole lines of a file: a range of its bytes. */
record LineRange(long start, long end) {
  private static final int SEARCHED_AT_ONCE = 1 << 16;

  /** All lines of a file, in ranges of about this size. */
  static List<LineRange> of(Path file, long bytes) throws IOException {
    List<LineRange> ranges = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      for (long start = 0; start < size; ) {
        long end = size - start <= bytes ? size : lineEnd(channel, start + bytes, size);
        ranges.add(new LineRange(start, end));
        start = end;
      }
    }
    return ranges;
  }

  /** The position after the first line break from a position on, or the end of the file. */
  private static long lineEnd(FileChannel channel, long from, long size) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(SEARCHED_AT_ONCE);
    for (long at = from; at < size; at += some.limit()) {
      some.clear();
      if (channel.read(some, at) <= 0) {
        return size;
      }
      some.flip();
      for (int i = 0; i < some.limit(); i++) {
        if (some.get(i) == '\n') {
          return at + i + 1;
        }
      }
    }
    return size;
  }

  /** Opens these lines of the file. */
  InputStream open(Path file) throws IOException {
    InputStream whole = WholeFile.open(file);
    whole.skipNBytes(start);
    return new Bounded(whole, end - start);
  }

  /** The first bytes of a stream. */
  private static final class Bounded extends BlockStream {
    private final InputStream in;
    private long left;

    private Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
