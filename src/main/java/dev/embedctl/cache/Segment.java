package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One file of the log. Its channel is used on the log's own thread. A segment that does not change
 * keeps its channel open too, since a compaction removes the name of the file.
 */
final class Segment implements Closeable {
  private static final Set<OpenOption> WRITING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ);

  private final RowLayout layout;
  private final Optional<FileChannel> channel;
  private final Optional<Place> place;
  private final AtomicBoolean unforced = new AtomicBoolean();
  private volatile int written;
  private boolean untaken;

  private Segment(
      RowLayout layout, Optional<FileChannel> channel, Optional<Place> place, int written) {
    this.layout = layout;
    this.channel = channel;
    this.place = place;
    this.written = written;
  }

  /** A file that is written, with its identity at opening. */
  private record Place(Path file, Optional<Object> identity) {
    static Place of(Path file) throws IOException {
      return new Place(file, CacheFiles.identity(file));
    }

    /** Written out, since the JVM generates seven classes for the record's own at its first use. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Place that
          && file.equals(that.file)
          && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
      return 31 * file.hashCode() + identity.hashCode();
    }
  }

  /** A segment for appending after its first rows; created if it does not exist. */
  static Segment forWriting(CacheFiles.Opener opener, Path file, RowLayout layout, int rows)
      throws IOException {
    FileChannel channel = opener.open(file, WRITING);
    return new Segment(layout, Optional.of(channel), Optional.of(Place.of(file)), rows);
  }

  /** A segment that does not change. */
  static Segment forReading(CacheFiles.Opener opener, Path file, RowLayout layout, int rows)
      throws IOException {
    return new Segment(layout, Optional.of(opener.open(file, READING)), Optional.empty(), rows);
  }

  /** A segment whose file is missing. */
  static Segment missing(RowLayout layout) {
    return new Segment(layout, Optional.empty(), Optional.empty(), 0);
  }

  /** Whether the written file still has its name. */
  boolean isThere() throws IOException {
    return place.isEmpty() || place.get().equals(Place.of(place.get().file()));
  }

  int written() {
    return written;
  }

  /** Writes the first rows of the buffer after the last row; {@link #take} makes them valid. */
  void write(RowBuffer staged, int count, int row) throws IOException {
    untaken = true;
    unforced.set(true);
    CacheFiles.writeFully(channel(), staged.firstRows(count), layout.offsetOf(row));
  }

  /** Makes written rows valid. */
  void take(int rows) {
    written = rows;
    untaken = false;
  }

  /** Drops everything after the last valid row. */
  void dropUntaken() throws IOException {
    if (untaken) {
      channel().truncate(layout.offsetOf(written));
      untaken = false;
    }
  }

  /** Reads written rows. */
  void read(RowBuffer into, int count, int row) throws IOException {
    ByteBuffer bytes = into.firstRows(count);
    CacheFiles.readFully(channel(), bytes, layout.offsetOf(row));
    while (bytes.hasRemaining()) {
      bytes.put((byte) 0); // the file was cut; clears the old content of the buffer
    }
  }

  /** Forces the written rows, so that they survive a power cut. */
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
