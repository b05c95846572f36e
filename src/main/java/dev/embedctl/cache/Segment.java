package dev.embedctl.cache;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One file of the log. Rows are read from a mapping, which never reaches beyond the rows that are
 * written: touching a page that has no disk behind it would kill the process. What touches the
 * channel runs on the log's own thread; what reads the mapping is safe anywhere.
 */
final class Segment implements Closeable {
  private static final Set<OpenOption> WRITING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ);

  /** The rows that may be read without the channel: those below {@code rows}. */
  private record Mapping(Optional<RowBuffer> buffer, int rows) {}

  private final RowLayout layout;
  private final Optional<FileChannel> channel;
  private final AtomicLongArray verified;
  private final AtomicBoolean unforced = new AtomicBoolean();
  private volatile Mapping mapping = new Mapping(Optional.empty(), 0);
  private volatile int written;
  private boolean untaken;

  private Segment(RowLayout layout, Optional<FileChannel> channel, int written) {
    this.layout = layout;
    this.channel = channel;
    this.written = written;
    this.verified = new AtomicLongArray(layout.rowsPerSegment() / Long.SIZE + 1);
  }

  /** A segment to append to after its first rows; it is made where it is not there. */
  static Segment forWriting(ChannelOpener opener, Path file, RowLayout layout, int rows)
      throws IOException {
    return opened(new Segment(layout, Optional.of(opener.open(file, WRITING)), rows));
  }

  /** A segment that stays as it is. */
  static Segment forReading(ChannelOpener opener, Path file, RowLayout layout, int rows)
      throws IOException {
    try (Segment segment =
        opened(new Segment(layout, Optional.of(opener.open(file, READING)), rows))) {
      // The mapping outlives the channel, and many thousand segments may be open.
      return segment;
    }
  }

  /** The place of a segment whose file is gone. */
  static Segment missing(RowLayout layout) {
    return new Segment(layout, Optional.empty(), 0);
  }

  private static Segment opened(Segment segment) throws IOException {
    try {
      segment.map();
      return segment;
    } catch (IOException | RuntimeException e) {
      segment.close();
      throw e;
    }
  }

  int written() {
    return written;
  }

  int mapped() {
    return mapping.rows();
  }

  /** Writes the first rows of the buffer after the last row. Until {@link #take} none counts. */
  void write(RowBuffer staged, int count, int row) throws IOException {
    untaken = true;
    unforced.set(true);
    CacheFiles.writeFully(channel(), staged.firstRows(count), layout.offsetOf(row));
  }

  /** Counts rows as written. */
  void take(int rows) {
    written = rows;
    untaken = false;
  }

  /** Drops what was written behind the last row that counts. */
  void dropUntaken() throws IOException {
    if (untaken) {
      channel().truncate(layout.offsetOf(written));
      untaken = false;
    }
  }

  /** Makes all written rows readable without the channel. */
  void map() throws IOException {
    if (written > mapping.rows()) {
      var bytes = channel().map(MapMode.READ_ONLY, 0, layout.offsetOf(written));
      mapping = new Mapping(Optional.of(new RowBuffer(layout, bytes)), written);
    }
  }

  /** Whether that key stands in the header of that mapped row. */
  boolean holds(int row, CacheKey key) {
    return rows().holds(row, key);
  }

  CacheKey key(int row) {
    return rows().key(row);
  }

  /** Whether a mapped row is as it was written; looked at once for each row and process. */
  boolean isIntact(int row) {
    int word = row / Long.SIZE;
    long bit = 1L << row;
    if ((verified.get(word) & bit) != 0) {
      return true;
    }
    if (!rows().isIntact(row, row)) {
      return false;
    }
    verified.getAndAccumulate(word, bit, (had, added) -> had | added);
    return true;
  }

  /** The mapped rows. */
  RowBuffer rows() {
    return mapping.buffer().orElseThrow();
  }

  /** Reads rows that are written and not mapped, through the channel. */
  void read(RowBuffer into, int row) throws IOException {
    CacheFiles.readFully(channel(), into.firstRows(1), layout.offsetOf(row));
  }

  /** Makes what was written survive a power cut. */
  void force() throws IOException {
    if (unforced.getAndSet(false)) {
      try {
        channel().force(false);
      } catch (IOException e) {
        unforced.set(true);
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isPresent()) {
      channel().close();
    }
  }

  private FileChannel channel() {
    return channel.orElseThrow();
  }
}
