package dev.embedctl.search;

import dev.embedctl.io.readback.OutputReader;
import dev.embedctl.io.readback.OutputReaders;
import dev.embedctl.io.readback.OutputRow;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import dev.embedctl.search.Nearest.Candidate;
import java.io.IOException;
import java.util.Optional;

/** Rows that are read one after another. */
final class RowsPart implements ScannedPart {
  private final OutputReaders.Part rows;

  RowsPart(OutputReaders.Part rows) {
    this.rows = rows;
  }

  @Override
  public long scan(int part, Query query, Nearest nearest) throws IOException {
    try (OutputReader reader = rows.open()) {
      long number = 0;
      for (Optional<OutputRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        offer(whole(row.get()), number, part, reader, query, nearest);
        number++;
      }
      return number;
    }
  }

  private static void offer(
      OutputRow.Whole row,
      long number,
      int part,
      OutputReader reader,
      Query query,
      Nearest nearest) {
    Vector vector = row.vector();
    if (vector.dimensions() != query.dimensions()) {
      throw query.otherDimensions(row.place(), vector.dimensions());
    }
    float[] values = vector.toArray();
    if (query.mayReach(nearest.least(), values, 0)) {
      double cosine = query.cosine(values, 0);
      if (Double.isNaN(cosine)) {
        throw new InvalidInput(row.place() + ": " + vector.defect().orElse("no cosine"));
      }
      nearest.offer(new Candidate(cosine, part, number, Optional.of(label(row, reader))));
    }
  }

  /** A row that is valid. */
  static OutputRow.Whole whole(OutputRow row) {
    return switch (row) {
      case OutputRow.Whole whole -> whole;
      case OutputRow.Broken broken ->
          throw new InvalidInput(broken.place() + ": " + broken.reason());
    };
  }

  /** The label of the row that a reader read last. */
  static Label label(OutputRow.Whole row, OutputReader reader) {
    return new Label(row.index(), row.id(), reader.metadata());
  }
}
