package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of the texts in each line of a job; the id of a line is its number, from 0. */
final class JobKeys {
  private final List<List<CacheKey>> lines;

  private JobKeys(List<List<CacheKey>> lines) {
    this.lines = lines;
  }

  static JobKeys read(Path file) throws IOException {
    List<List<CacheKey>> lines = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (Optional<List<CacheKey>> line = next(in); line.isPresent(); line = next(in)) {
        lines.add(line.get());
      }
    }
    return new JobKeys(lines);
  }

  private static Optional<List<CacheKey>> next(DataInputStream in) throws IOException {
    int texts;
    try {
      texts = in.readInt();
    } catch (EOFException e) {
      return Optional.empty();
    }
    List<CacheKey> keys = new ArrayList<>(texts);
    for (int i = 0; i < texts; i++) {
      keys.add(CacheKey.ofBytes(in.readNBytes(CacheKey.BYTES)));
    }
    return Optional.of(keys);
  }

  int lines() {
    return lines.size();
  }

  /** The number of the line with an id, if there is one. */
  Optional<Integer> numberOf(String id) {
    try {
      int number = Integer.parseInt(id);
      return number >= 0 && number < lines.size() ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  List<CacheKey> of(int line) {
    return lines.get(line);
  }

  /** The number of texts in the line with an id; 0 if there is no such line. */
  int size(String id) {
    return numberOf(id).map(number -> of(number).size()).orElse(0);
  }

  List<CacheKey> all() {
    return lines.stream().flatMap(List::stream).toList();
  }
}
