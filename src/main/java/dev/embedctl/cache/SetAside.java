package dev.embedctl.cache;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.cache.files.CacheFiles;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Moves damaged data of a cache to files whose names begin with {@code damaged-}: rows are copied
 * as JSON Lines with their bytes, other files are renamed. The place of a row is then marked as
 * vacant, so that the next start finds no damage. Runs on the cache's own thread.
 *
 * <p>If this fails, the damaged data stays and is reported again by the next run; it is never used.
 */
final class SetAside {
  private static final String MARK = "damaged-";
  private static final int BUFFERED_BYTES = 1 << 20;
  private static final Set<StandardOpenOption> CHANGING =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final LogSettings settings;
  private final List<Path> files = new CopyOnWriteArrayList<>();
  private final List<String> madeAnew = new CopyOnWriteArrayList<>();
  private volatile Optional<String> failure = Optional.empty();

  SetAside(LogSettings settings) {
    this.settings = settings;
  }

  /** Whether a name is that of damaged data. */
  static boolean isMarked(Path file) {
    return file.getFileName().toString().startsWith(MARK);
  }

  /** The files with the data that was set aside. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** Reports that a damaged or missing file was rebuilt. */
  void madeAnew(String name) {
    madeAnew.add(name);
  }

  List<String> madeAnew() {
    return List.copyOf(madeAnew);
  }

  /** The reason why something could not be set aside, if so. */
  Optional<String> failure() {
    return failure;
  }

  /** Sets a file or a folder aside, if it still exists. */
  void file(Path file) {
    attempt(
        () -> {
          if (Files.exists(file)) {
            Path aside = free(file);
            CacheFiles.publish(file, aside);
            files.add(aside);
          }
        });
  }

  /** Sets an index aside; it is rebuilt once there are enough rows. */
  void index(Path file) {
    file(file);
    madeAnew(file.getFileName().toString());
  }

  /** Sets the rows of these slots aside if a second check finds them damaged too. */
  void rows(LogFiles log, RowLayout layout, BitSet slots) {
    attempt(
        () -> {
          int[] there = log.rowsBySegment(layout);
          for (int segment = 0; segment < there.length; segment++) {
            int first = layout.slotOf(segment, 0);
            BitSet rows = slots.get(first, first + there[segment]);
            if (!rows.isEmpty()) {
              rowsOf(log.segment(segment), layout, rows);
            }
          }
        });
  }

  /** Sets aside the incomplete row at the end of each segment. */
  void tails(LogFiles log, RowLayout layout) {
    attempt(
        () -> {
          int[] there = log.rowsBySegment(layout);
          for (var segment : log.segments().entrySet()) {
            int rows = there[segment.getKey()];
            if (Files.size(segment.getValue()) > layout.offsetOf(rows)) {
              tailOf(segment.getValue(), layout, rows);
            }
          }
        });
  }

  private void rowsOf(Path segment, RowLayout layout, BitSet rows) throws IOException {
    RowBuffer row = RowBuffer.allocate(layout, 1);
    BitSet moved = new BitSet();
    try (FileChannel channel = settings.opener().open(segment, CHANGING);
        Copy copy = new Copy(segment)) {
      for (int number = rows.nextSetBit(0); number >= 0; number = rows.nextSetBit(number + 1)) {
        CacheFiles.readFully(channel, row.firstRows(1), layout.offsetOf(number));
        if (!row.isIntact(0, number) && !row.isVacant(0, number)) {
          copy.add(number, row.firstRows(1));
          moved.set(number);
        }
      }
      copy.finish();
      // Only after the copy is safe.
      for (int number = moved.nextSetBit(0); number >= 0; number = moved.nextSetBit(number + 1)) {
        row.putVacant(0, number);
        CacheFiles.writeFully(channel, row.firstRows(1), layout.offsetOf(number));
      }
      channel.force(false);
    }
  }

  private void tailOf(Path segment, RowLayout layout, int rows) throws IOException {
    try (FileChannel channel = settings.opener().open(segment, CHANGING);
        Copy copy = new Copy(segment)) {
      long end = (long) rows * layout.rowBytes();
      int number = rows;
      for (long at = end; at < channel.size(); at += layout.rowBytes()) {
        ByteBuffer bytes =
            ByteBuffer.allocate((int) Math.min(layout.rowBytes(), channel.size() - at));
        CacheFiles.readFully(channel, bytes, at);
        copy.add(number++, bytes.flip());
      }
      copy.finish();
      channel.truncate(end);
      channel.force(true);
    }
  }

  /** The new name of a file: its own name with the mark, and a number if needed. */
  static Path free(Path file) {
    Path free = file.resolveSibling(MARK + file.getFileName());
    for (int number = 2; Files.exists(free); number++) {
      free = file.resolveSibling(MARK + number + "-" + file.getFileName());
    }
    return free;
  }

  /** An action that may fail without harm. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  private void attempt(Attempt attempt) {
    try {
      attempt.run();
    } catch (IOException e) {
      failure = Optional.of(CacheFiles.reason(e));
    }
  }

  /** The copies of one segment's damaged rows, one JSON object for each line. */
  private final class Copy implements Closeable {
    private final Path segment;
    private final Path file;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private Optional<FileChannel> channel = Optional.empty();
    private long start;
    private long end;

    Copy(Path segment) {
      this.segment = segment;
      this.file = segment.resolveSibling(MARK + segment.getFileName() + ".jsonl");
    }

    void add(int row, ByteBuffer bytes) throws IOException {
      byte[] copied = new byte[bytes.remaining()];
      bytes.get(copied);
      try (JsonGenerator json = SpecJson.JSON.createGenerator(lines)) {
        json.writeStartObject();
        json.writeStringField("file", segment.getFileName().toString());
        json.writeNumberField("row", row);
        json.writeStringField("found", settings.clock().instant().toString());
        json.writeBinaryField("bytes", copied);
        json.writeEndObject();
      }
      lines.write('\n');
      if (lines.size() > BUFFERED_BYTES) {
        flush();
      }
    }

    /** On return all copies survive a power cut. */
    void finish() throws IOException {
      flush();
      if (channel.isPresent()) {
        channel.get().force(true);
        CacheFiles.forceFolder(file.toAbsolutePath().getParent());
        files.remove(file);
        files.add(file);
        start = end;
      }
    }

    private void flush() throws IOException {
      if (lines.size() == 0) {
        return;
      }
      if (channel.isEmpty()) {
        channel =
            Optional.of(
                settings
                    .opener()
                    .open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)));
        start = channel.get().size();
        end = start;
      }
      ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
      long length = bytes.remaining();
      CacheFiles.writeFully(channel.get(), bytes, end);
      end += length;
      lines.reset();
    }

    /** Removes an unfinished file. */
    @Override
    public void close() throws IOException {
      if (channel.isPresent()) {
        try (FileChannel open = channel.get()) {
          open.truncate(start);
        }
      }
    }
  }
}
