package dev.embedctl.cache;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The truth: rows in the order in which they were paid for, appended to segment files and never
 * changed. What touches a channel says so and runs on the log's own thread (or, in maintenance, on
 * the only one there is); the rest is safe for many threads at once.
 */
final class VectorLog implements Closeable {
  private static final int STAGED_BYTES = 8 << 20;

  /** A tail of this many bytes is read through the channel; a longer one is mapped. */
  private static final int UNMAPPED_BYTES = 1 << 20;

  private final LogFiles files;
  private final RowLayout layout;
  private final ChannelOpener opener;
  private final RowBuffer oneRow;
  private final ReentrantLock forcing = new ReentrantLock();
  private volatile Segment[] segments;
  private volatile boolean folderForced = true;
  private RowBuffer staged;
  private boolean leftovers;

  private VectorLog(LogFiles files, RowLayout layout, ChannelOpener opener, Segment[] segments) {
    this.files = files;
    this.layout = layout;
    this.opener = opener;
    this.segments = segments;
    this.oneRow = RowBuffer.allocate(layout, 1);
    this.staged = oneRow;
  }

  /** Opens a log to read and append; a torn last row will be written over. */
  static VectorLog forWriting(LogFiles files, RowLayout layout, ChannelOpener opener)
      throws IOException {
    VectorLog log = forReading(files, layout, opener);
    int last = log.segments.length - 1;
    if (last >= 0 && log.segments[last].written() < layout.rowsPerSegment()) {
      int rows = log.segments[last].written();
      log.segments[last] = Segment.forWriting(opener, files.segment(last), layout, rows);
    }
    return log;
  }

  /** Opens the rows that a log has now. */
  static VectorLog forReading(LogFiles files, RowLayout layout, ChannelOpener opener)
      throws IOException {
    int[] rows = files.rowsBySegment(layout);
    Segment[] segments = new Segment[rows.length];
    for (int i = 0; i < rows.length; i++) {
      // A segment that is gone takes its own rows with it, not those of the others.
      segments[i] =
          Files.exists(files.segment(i))
              ? Segment.forReading(opener, files.segment(i), layout, rows[i])
              : Segment.missing(layout);
    }
    return new VectorLog(files, layout, opener, segments);
  }

  RowLayout layout() {
    return layout;
  }

  LogFiles files() {
    return files;
  }

  /** The slot after the last row. Uses no channel; own thread. */
  int end() {
    int last = segments.length - 1;
    return last < 0 ? 0 : layout.slotOf(last, segments[last].written());
  }

  /**
   * Appends rows; on return they survive the death of the process. Own thread.
   *
   * @return the slot of the first
   * @throws IOException where they could not all be written; then none of them is there
   */
  int append(List<Row> rows) throws IOException {
    dropLeftovers();
    int first = end();
    int at = first;
    // Nothing counts before all is written: a failure leaves the log as it was.
    leftovers = true;
    for (int done = 0; done < rows.size(); ) {
      int row = layout.rowOf(at);
      Segment segment = segmentFor(at);
      int room = Math.min(layout.rowsPerSegment() - row, stagedRows());
      int count = Math.min(room, rows.size() - done);
      segment.write(stage(rows.subList(done, done + count), row), count, row);
      done += count;
      at = Math.addExact(at, count);
    }
    take(first, at);
    leftovers = false;
    mapLongTail();
    return first;
  }

  /** Whether a segment that others follow is not full. Own thread. */
  boolean hasGaps() {
    for (int i = 0; i < segments.length - 1; i++) {
      if (segments[i].written() < layout.rowsPerSegment()) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a row: an index may know of rows that a damaged log has lost. */
  boolean isThere(int slot) {
    Segment[] now = segments;
    int segment = layout.segmentOf(slot);
    return segment < now.length && layout.rowOf(slot) < now[segment].written();
  }

  /** Whether that key stands in the header of the row, which is mapped. */
  boolean holds(int slot, CacheKey key) {
    return segment(slot).holds(layout.rowOf(slot), key);
  }

  /** The segment of a slot below {@link #end}. */
  Segment segment(int slot) {
    return segments[layout.segmentOf(slot)];
  }

  boolean isMapped(int slot) {
    Segment[] now = segments;
    int segment = layout.segmentOf(slot);
    return segment < now.length && layout.rowOf(slot) < now[segment].mapped();
  }

  /** A row that is there, by itself. Own thread; the buffer is good until the next call. */
  RowBuffer only(int slot) throws IOException {
    return isMapped(slot) ? segment(slot).rows().only(layout, layout.rowOf(slot)) : read(slot);
  }

  private RowBuffer read(int slot) throws IOException {
    segment(slot).read(oneRow, layout.rowOf(slot));
    return oneRow;
  }

  /** Whether that key stands in the header of the row. Own thread. */
  boolean holdsAnywhere(int slot, CacheKey key) throws IOException {
    return isMapped(slot) ? holds(slot, key) : isThere(slot) && read(slot).holds(0, key);
  }

  /** Makes all rows readable without the channel. Own thread. */
  void mapAll() throws IOException {
    for (Segment segment : segments) {
      segment.map();
    }
  }

  /** Makes all rows survive a power cut. Any thread that is never interrupted. */
  void force() throws IOException {
    forcing.lock();
    try {
      for (Segment segment : segments) {
        segment.force();
      }
      if (!folderForced) {
        folderForced = true;
        CacheFiles.forceFolder(files.folder());
      }
    } finally {
      forcing.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      dropLeftovers();
    } finally {
      for (Segment segment : segments) {
        segment.close();
      }
    }
  }

  private Segment segmentFor(int slot) throws IOException {
    int number = layout.segmentOf(slot);
    if (number == segments.length) {
      Segment added = Segment.forWriting(opener, files.segment(number), layout, 0);
      Segment[] more = Arrays.copyOf(segments, number + 1);
      more[number] = added;
      segments = more;
      folderForced = false;
    }
    return segments[number];
  }

  private RowBuffer stage(List<Row> rows, int firstRow) {
    if (staged.capacity() < rows.size()) {
      staged = RowBuffer.allocate(layout, rows.size());
    }
    for (int i = 0; i < rows.size(); i++) {
      staged.put(i, firstRow + i, rows.get(i));
    }
    return staged;
  }

  private int stagedRows() {
    return Math.max(1, STAGED_BYTES / layout.rowBytes());
  }

  private void take(int from, int to) {
    for (int number = layout.segmentOf(from); number < segments.length; number++) {
      int rows = Math.min(layout.rowsPerSegment(), to - layout.slotOf(number, 0));
      segments[number].take(Math.max(rows, segments[number].written()));
    }
  }

  /** A longer tail is mapped, though not so often that mappings pile up. */
  private void mapLongTail() throws IOException {
    for (Segment segment : segments) {
      long unmapped = layout.offsetOf(segment.written() - segment.mapped());
      long enough = Math.max(UNMAPPED_BYTES, layout.offsetOf(segment.mapped()) / 8);
      boolean full = segment.written() == layout.rowsPerSegment();
      if (unmapped > 0 && (full || unmapped >= enough)) {
        segment.map();
      }
    }
  }

  /**
   * Rows of a failed batch would come back at the next start and, standing behind what is written
   * after them, win over it.
   */
  private void dropLeftovers() throws IOException {
    if (leftovers) {
      for (Segment segment : segments) {
        segment.dropUntaken();
      }
      leftovers = false;
    }
  }
}
