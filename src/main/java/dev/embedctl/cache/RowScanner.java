package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Reads and checks all rows of a log in order, at the speed of the disk. */
final class RowScanner {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Receives the rows in the order of their slots. */
  interface Visitor {
    /** An intact row, at {@code index} in {@code rows} until this returns. */
    void intact(int slot, RowBuffer rows, int index) throws IOException;

    /** A row that is damaged, or missing before others. */
    default void damaged(int slot) throws IOException {}

    /** A place whose damaged row was set aside. */
    default void vacant(int slot) throws IOException {}
  }

  private final LogFiles files;
  private final RowLayout layout;
  private final CacheFiles.Opener opener;
  private final int[] rowsBySegment;

  /** A scanner for the current rows of the log. */
  RowScanner(LogFiles files, RowLayout layout, CacheFiles.Opener opener) throws IOException {
    this.files = files;
    this.layout = layout;
    this.opener = opener;
    this.rowsBySegment = files.rowsBySegment(layout);
  }

  /** The slot after the last row. */
  int end() {
    return LogFiles.end(layout, rowsBySegment);
  }

  /** Passes on the rows of a range of slots, at most to {@link #end}. */
  void scan(int from, int to, Visitor visitor) throws IOException {
    RowBuffer chunk = RowBuffer.allocate(layout, Math.max(1, CHUNK_BYTES / layout.rowBytes()));
    int end = Math.min(to, end());
    for (int at = from; at < end; ) {
      int segment = layout.segmentOf(at);
      int next = (int) Math.min(end, (segment + 1L) * layout.rowsPerSegment());
      scanSegment(segment, at, next, chunk, visitor);
      at = next;
    }
  }

  void scan(Visitor visitor) throws IOException {
    scan(0, end(), visitor);
  }

  private void scanSegment(int segment, int from, int to, RowBuffer chunk, Visitor visitor)
      throws IOException {
    int there = layout.slotOf(segment, rowsBySegment[segment]);
    int readable = Math.max(from, Math.min(to, there));
    Path file = files.segment(segment);
    if (readable > from && Files.exists(file)) {
      try (FileChannel channel = opener.open(file, Set.of(StandardOpenOption.READ))) {
        for (int at = from; at < readable; at += chunk.capacity()) {
          int count = Math.min(chunk.capacity(), readable - at);
          CacheFiles.readFully(channel, chunk.firstRows(count), layout.offsetOf(layout.rowOf(at)));
          show(at, count, chunk, visitor);
        }
      }
    }
    for (int slot = readable; slot < to; slot++) {
      visitor.damaged(slot);
    }
  }

  private void show(int first, int count, RowBuffer chunk, Visitor visitor) throws IOException {
    for (int i = 0; i < count; i++) {
      if (chunk.isIntact(i, layout.rowOf(first + i))) {
        visitor.intact(first + i, chunk, i);
      } else if (chunk.isVacant(i, layout.rowOf(first + i))) {
        visitor.vacant(first + i);
      } else {
        visitor.damaged(first + i);
      }
    }
  }
}
