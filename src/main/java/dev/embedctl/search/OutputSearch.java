package dev.embedctl.search;

import dev.embedctl.io.readback.FlatVectors;
import dev.embedctl.io.readback.OutputReader;
import dev.embedctl.io.readback.OutputReaders;
import dev.embedctl.io.readback.OutputReaders.Reading;
import dev.embedctl.io.readback.OutputRow;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import dev.embedctl.search.Nearest.Candidate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Searches an output for the rows nearest to a vector: all rows are compared, on several threads,
 * and only the nearest are kept.
 */
public final class OutputSearch {
  /** Stays in the processor's cache while its rows are compared. */
  private static final int FLAT_PART_BYTES = 256 << 10;

  private static final long LINES_PART_BYTES = 8 << 20;

  private final Path output;
  private final Reading reading;
  private final ThreadTeam team;
  private final int flatPartBytes;
  private final long linesPartBytes;

  /**
   * A search of an output.
   *
   * @param threads that compare at the same time
   */
  public OutputSearch(Path output, Reading reading, int threads) {
    this(output, reading, threads, FLAT_PART_BYTES, LINES_PART_BYTES);
  }

  OutputSearch(Path output, Reading reading, int threads, int flatPartBytes, long linesPartBytes) {
    this.output = output;
    this.reading = reading;
    this.team = new ThreadTeam(threads);
    this.flatPartBytes = flatPartBytes;
    this.linesPartBytes = linesPartBytes;
  }

  /** A row of the output with its vector. */
  public record Found(long row, Label label, Vector vector) {}

  /**
   * The first row with this id, or with this index if rows have no ids; empty if there is none.
   *
   * @throws InvalidInput if the output cannot be read, or a row before is invalid
   */
  public Optional<Found> find(String id) throws IOException {
    try (OutputReader reader = OutputReaders.open(output, reading)) {
      long number = 0;
      for (Optional<OutputRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        OutputRow.Whole whole = RowsPart.whole(row.get());
        Label label = RowsPart.label(whole, reader);
        if (label.name().equals(id)) {
          Optional<String> defect = whole.vector().defect();
          if (defect.isPresent()) {
            throw new InvalidInput(whole.place() + ": " + defect.get());
          }
          return Optional.of(new Found(number, label, whole.vector()));
        }
        number++;
      }
      return Optional.empty();
    }
  }

  /**
   * The neighbours of a row, without the row itself.
   *
   * @throws InvalidInput as {@link #nearest} does
   */
  public List<Hit> neighbours(Found row, int count) throws IOException, InterruptedException {
    return nearest(row.vector(), count + 1).stream()
        .filter(hit -> hit.row() != row.row())
        .limit(count)
        .toList();
  }

  /**
   * The nearest rows, the nearest first; equally near ones are in the order of the output.
   *
   * @throws InvalidInput if the output cannot be read, has no rows or an invalid one, or rows of
   *     other dimensions than the query
   */
  public List<Hit> nearest(Vector vector, int count) throws IOException, InterruptedException {
    Query query = new Query(vector);
    // One row is as large as the query, or the search fails.
    int bytes = Math.multiplyExact(query.dimensions(), Float.BYTES);
    int rows = Math.max(1, flatPartBytes / bytes);
    Optional<FlatVectors> flat = OutputReaders.flat(output, reading, rows);
    if (flat.isPresent()) {
      try (FlatVectors vectors = flat.get()) {
        ThreadLocal<ByteBuffer> buffer = FlatPart.buffer(rows * bytes);
        return nearest(
            vectors.ranges().stream()
                .map(range -> (ScannedPart) new FlatPart(vectors, range, buffer))
                .toList(),
            query,
            count);
      }
    }
    List<OutputReaders.Part> parts = OutputReaders.parts(output, reading, linesPartBytes);
    try {
      return nearest(
          parts.stream().map(part -> (ScannedPart) new RowsPart(part)).toList(), query, count);
    } catch (InvalidInput e) {
      if (parts.size() == 1) {
        throw e;
      }
      // Read as a whole, since only then a message names the first invalid line of the file.
      return nearest(
          List.of(new RowsPart(() -> OutputReaders.open(output, reading))), query, count);
    }
  }

  private List<Hit> nearest(List<ScannedPart> parts, Query query, int count)
      throws IOException, InterruptedException {
    long[] rows = new long[parts.size()];
    List<Nearest> found =
        team.run(
            parts.size(),
            () -> new Nearest(count),
            (part, own) -> rows[part] = parts.get(part).scan(part, query, own));
    Nearest all = new Nearest(count);
    found.forEach(all::offerAll);
    long[] firstRows = new long[parts.size()];
    long total = 0;
    for (int i = 0; i < rows.length; i++) {
      firstRows[i] = total;
      total += rows[i];
    }
    if (total == 0) {
      throw new InvalidInput(output + ": no rows to search; the run had no texts");
    }
    return hits(all.inOrder(), firstRows);
  }

  private List<Hit> hits(List<Candidate> best, long... firstRows) throws IOException {
    List<Long> unlabelled = new ArrayList<>();
    for (Candidate each : best) {
      if (each.label().isEmpty()) {
        unlabelled.add(firstRows[each.part()] + each.rowInPart());
      }
    }
    Map<Long, Label> labels = labels(unlabelled);
    return best.stream()
        .map(
            each -> {
              long row = firstRows[each.part()] + each.rowInPart();
              return new Hit(each.score(), row, each.label().orElseGet(() -> labels.get(row)));
            })
        .toList();
  }

  /** The labels of rows, by their numbers. */
  Map<Long, Label> labels(List<Long> rows) throws IOException {
    Map<Long, Label> labels = new HashMap<>();
    if (rows.isEmpty()) {
      return labels;
    }
    try (OutputReader reader = OutputReaders.open(output, reading)) {
      long next = 0;
      for (long row : rows.stream().distinct().sorted(Comparator.naturalOrder()).toList()) {
        reader.skip(row - next);
        OutputRow read =
            reader
                .next()
                .orElseThrow(
                    () -> new InvalidInput(output + ": the file has changed; search again"));
        labels.put(row, RowsPart.label(RowsPart.whole(read), reader));
        next = row + 1;
      }
    }
    return labels;
  }
}
