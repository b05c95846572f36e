package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The primary data: rows in the order in which they were paid for, appended to segment files and
 * never changed. Methods that use a channel state this and run on the log's own thread (or, in
 * maintenance, on its only thread); the others are thread-safe.
 */
final class VectorLog implements Closeable {
  private static final int STAGED_BYTES = 8 << 20;

  private final LogFiles files;
  private final RowLayout layout;
  private final CacheFiles.Opener opener;
  private final RowReader reader;
  private final ReentrantLock forcing = new ReentrantLock();
  private volatile Segment[] segments;
  private volatile boolean folderForced = true;
  private RowBuffer staged;
  private boolean leftovers;

  private VectorLog(
      LogFiles files, RowLayout layout, CacheFiles.Opener opener, Segment[] segments) {
    this.files = files;
    this.layout = layout;
    this.opener = opener;
    this.segments = segments;
    this.reader = new RowReader(layout, this::segment);
    this.staged = RowBuffer.allocate(layout, 1);
  }

  /** Opens a log to read and append; an incomplete last row will be overwritten. */
  static VectorLog forWriting(LogFiles files, RowLayout layout, CacheFiles.Opener opener)
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
  static VectorLog forReading(LogFiles files, RowLayout layout, CacheFiles.Opener opener)
      throws IOException {
    int[] rows = files.rowsBySegment(layout);
    Segment[] segments = new Segment[rows.length];
    for (int i = 0; i < rows.length; i++) {
      // A missing segment loses only its own rows.
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
   * @throws IOException if they could not all be written; then none of them is valid
   */
  int append(List<Row> rows) throws IOException {
    dropLeftovers();
    int first = end();
    int at = first;
    // No row is valid before all are written, so a failure does not change the log.
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
    return first;
  }

  /** Reads the rows that another process has appended meanwhile. Own thread. */
  void grow() throws IOException {
    int[] rows = files.rowsBySegment(layout);
    if (LogFiles.end(layout, rows) <= end()) {
      return;
    }
    int known = segments.length;
    Segment[] more = Arrays.copyOf(segments, rows.length);
    for (int i = known; i < rows.length; i++) {
      more[i] = Segment.forReading(opener, files.segment(i), layout, rows[i]);
    }
    if (known > 0) {
      more[known - 1].take(Math.max(more[known - 1].written(), rows[known - 1]));
    }
    segments = more;
  }

  /** Reads rows again, since they may have been incomplete before. */
  void readAgain() {
    reader.forget();
  }

  /** Whether a segment before another one is not full. Own thread. */
  boolean hasGaps() {
    for (int i = 0; i < segments.length - 1; i++) {
      if (segments[i].written() < layout.rowsPerSegment()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the written files still have their names. Own thread. */
  boolean isThere() throws IOException {
    for (Segment segment : segments) {
      if (!segment.isThere()) {
        return false;
      }
    }
    return true;
  }

  /** Whether the row exists: an index may contain rows that a damaged log has lost. */
  boolean isThere(int slot) {
    Segment[] now = segments;
    int segment = layout.segmentOf(slot);
    return segment < now.length && layout.rowOf(slot) < now[segment].written();
  }

  /** Whether the row exists and has this key. Own thread. */
  boolean holds(int slot, CacheKey key) throws IOException {
    return isThere(slot) && reader.rows().holds(reader.at(slot), key);
  }

  /** Whether the row exists, has this key and is intact. Own thread. */
  boolean isIntact(int slot, CacheKey key) throws IOException {
    return holds(slot, key) && isIntact(slot);
  }

  /** The key of an existing row. Own thread. */
  CacheKey key(int slot) throws IOException {
    int at = reader.at(slot);
    return reader.rows().key(at);
  }

  /** The time when an existing row was paid for. Own thread. */
  long created(int slot) throws IOException {
    int at = reader.at(slot);
    return reader.rows().created(at);
  }

  /** The vector of an existing row. Own thread. */
  Vector vector(int slot) throws IOException {
    int at = reader.at(slot);
    return reader.rows().vector(at);
  }

  /** Copies the vector of an existing row into an array. Own thread. */
  void copy(int slot, float[] into, int first) throws IOException {
    int at = reader.at(slot);
    reader.rows().copy(at, into, first);
  }

  /** Whether an existing row is intact. Own thread. */
  boolean isIntact(int slot) throws IOException {
    int at = reader.at(slot);
    return reader.rows().isIntact(at, layout.rowOf(slot));
  }

  /** Whether an existing row is the mark of one that was set aside. Own thread. */
  boolean isVacant(int slot) throws IOException {
    int at = reader.at(slot);
    return reader.rows().isVacant(at, layout.rowOf(slot));
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

  private Segment segment(int slot) {
    return segments[layout.segmentOf(slot)];
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

  /**
   * Drops the rows of a failed batch. Otherwise they would come back at the next start and, as the
   * later rows, replace newer ones.
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
