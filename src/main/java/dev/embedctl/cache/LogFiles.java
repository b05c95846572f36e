package dev.embedctl.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the files of one log: one generation of a namespace, in its own folder. */
record LogFiles(Path folder) {
  private static final int DIGITS = 6;
  private static final Pattern SEGMENT = Pattern.compile("vec-(\\d{6,9})\\.seg");
  private static final Pattern INDEX = Pattern.compile("index-(\\d{1,9})\\.mapdb");

  Path segment(int number) {
    // Not a format: its decimal symbols take 5 ms.
    String digits = Integer.toString(number);
    return folder.resolve(
        "vec-" + "0".repeat(Math.max(0, DIGITS - digits.length())) + digits + ".seg");
  }

  /** The index that covers the slots below a number. */
  Path index(int covered) {
    return folder.resolve("index-" + covered + ".mapdb");
  }

  /** The segments by number. */
  NavigableMap<Integer, Path> segments() throws IOException {
    return numbered(SEGMENT);
  }

  /** The indexes by the number of slots that they cover. */
  NavigableMap<Integer, Path> indexes() throws IOException {
    return numbered(INDEX);
  }

  /** The number of complete rows in each segment, from the first; 0 for a missing one. */
  int[] rowsBySegment(RowLayout layout) throws IOException {
    NavigableMap<Integer, Path> segments = segments();
    int[] rows = new int[segments.isEmpty() ? 0 : segments.lastKey() + 1];
    for (var segment : segments.entrySet()) {
      long whole = sizeOf(segment.getValue()) / layout.rowBytes();
      rows[segment.getKey()] = (int) Math.min(whole, layout.rowsPerSegment());
    }
    return rows;
  }

  /** The slots of incomplete rows at the ends of segments. */
  List<Integer> cutRows(RowLayout layout) throws IOException {
    int[] rows = rowsBySegment(layout);
    List<Integer> cut = new ArrayList<>();
    for (var segment : segments().entrySet()) {
      int whole = rows[segment.getKey()];
      if (whole < layout.rowsPerSegment() && sizeOf(segment.getValue()) > layout.offsetOf(whole)) {
        cut.add(layout.slotOf(segment.getKey(), whole));
      }
    }
    return cut;
  }

  /** The slot after the last complete row. */
  static int end(RowLayout layout, int[] rowsBySegment) {
    int last = rowsBySegment.length - 1;
    return last < 0 ? 0 : layout.slotOf(last, rowsBySegment[last]);
  }

  /** The size of all files of the folder. */
  long bytes() throws IOException {
    long bytes = 0;
    for (Path file : list()) {
      bytes += sizeOf(file);
    }
    return bytes;
  }

  List<Path> list() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** A file may disappear meanwhile: a writer removes indexes that it has replaced. */
  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private NavigableMap<Integer, Path> numbered(Pattern pattern) throws IOException {
    NavigableMap<Integer, Path> files = new TreeMap<>();
    for (Path file : list()) {
      Matcher name = pattern.matcher(file.getFileName().toString());
      if (name.matches()) {
        files.put(Integer.parseInt(name.group(1)), file);
      }
    }
    return files;
  }
}
