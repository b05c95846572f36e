package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Finds the layout of the rows of a log whose meta is lost. A row contains its own number, which
 * with its place gives the width of rows, and its checksum fits only one width.
 */
final class LayoutSearch {
  /** The part of each segment that is searched, which is many rows. */
  private static final int SEARCHED_BYTES = 8 << 20;

  private static final int MOST_DIMENSIONS = 65_536;

  private final LogFiles files;
  private final LogSettings settings;

  LayoutSearch(LogFiles files, LogSettings settings) {
    this.files = files;
    this.settings = settings;
  }

  /** The layout, if there is an intact row. */
  Optional<RowLayout> run() throws IOException {
    NavigableMap<Integer, Path> segments = files.segments();
    for (Path segment : segments.values()) {
      OptionalInt dimensions = dimensions(head(segment));
      if (dimensions.isPresent()) {
        return Optional.of(layout(dimensions.getAsInt(), segments));
      }
    }
    return Optional.empty();
  }

  /** All segments except the last are full unless they were cut, so the largest one is used. */
  private RowLayout layout(int dimensions, NavigableMap<Integer, Path> segments)
      throws IOException {
    RowLayout usual = RowLayout.within(settings.segmentBytes(), dimensions);
    long fullest = 0;
    for (Path segment : segments.values()) {
      fullest = Math.max(fullest, Files.size(segment) / usual.rowBytes());
    }
    boolean full = segments.size() > 1;
    int rows = Math.toIntExact(full ? fullest : Math.max(fullest, usual.rowsPerSegment()));
    return new RowLayout(dimensions, rows);
  }

  private ByteBuffer head(Path segment) throws IOException {
    try (FileChannel channel = settings.opener().open(segment, Set.of(StandardOpenOption.READ))) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(SEARCHED_BYTES, channel.size()));
      CacheFiles.readFully(channel, bytes, 0);
      return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static OptionalInt dimensions(ByteBuffer bytes) {
    for (int at = 0; at + RowLayout.HEADER_BYTES < bytes.limit(); at += Float.BYTES) {
      if (bytes.getInt(at) == RowBuffer.MAGIC) {
        OptionalInt found = dimensionsOfRowAt(at, bytes);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt dimensionsOfRowAt(int at, ByteBuffer bytes) {
    int number = bytes.getInt(at + RowBuffer.ROW_AT);
    if (at == 0) {
      return number == 0 ? dimensionsOfFirstRow(bytes) : OptionalInt.empty();
    }
    if (number <= 0 || at % number != 0) {
      return OptionalInt.empty();
    }
    int width = at / number;
    int floats = (width - RowLayout.HEADER_BYTES) / Float.BYTES;
    boolean possible = floats > 0 && width % Float.BYTES == 0 && at + width <= bytes.limit();
    return possible && checksum(bytes, at, width) == bytes.getInt(at + RowBuffer.CRC_AT)
        ? OptionalInt.of(floats)
        : OptionalInt.empty();
  }

  private static OptionalInt dimensionsOfFirstRow(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.slice(RowBuffer.CREATED_AT, RowLayout.HEADER_BYTES - RowBuffer.CREATED_AT));
    int most = Math.min(MOST_DIMENSIONS, (bytes.limit() - RowLayout.HEADER_BYTES) / Float.BYTES);
    for (int floats = 1; floats <= most; floats++) {
      int last = RowLayout.HEADER_BYTES + (floats - 1) * Float.BYTES;
      crc.update(bytes.slice(last, Float.BYTES));
      if ((int) crc.getValue() == bytes.getInt(RowBuffer.CRC_AT)) {
        return OptionalInt.of(floats);
      }
    }
    return OptionalInt.empty();
  }

  private static int checksum(ByteBuffer bytes, int at, int width) {
    CRC32 crc = new CRC32();
    crc.update(bytes.slice(at + RowBuffer.CREATED_AT, width - RowBuffer.CREATED_AT));
    return (int) crc.getValue();
  }
}
