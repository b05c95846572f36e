package dev.embedctl.verify;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.readback.ErrorsFile;
import dev.embedctl.io.readback.OutputReader;
import dev.embedctl.io.readback.OutputRow;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import dev.embedctl.verify.Difference.Kind;
import dev.embedctl.verify.Findings.Compared;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Compares an output with its input and its errors file in one pass, since all three are in the
 * order of the input. Uses eight bytes of memory per text, up to a limit.
 */
public final class OutputCheck {
  private final RecordSource records;
  private final OutputReader rows;
  private final Failures failures;
  private final Sample sample;
  private final Differences differences;
  private final VectorChecks vectors;
  private final TextVectors texts;
  private final OneVector oneVector = new OneVector();

  private Optional<InputRecord> record = Optional.empty();
  private OptionalLong lastIndex = OptionalLong.empty();
  private long recordsRead;
  private long rowsRead;
  private long failed;
  private Compared compared = Compared.ALL;

  /**
   * A check of these files, which it does not close.
   *
   * @param sample is offered each record with its vector
   * @param dimensions that vectors must have, if known
   * @param keptPlaces the number of places to report for each kind of unusual vector
   * @param memory bytes for comparing equal texts
   */
  public OutputCheck(
      RecordSource records,
      OutputReader rows,
      ErrorsFile failures,
      Sample sample,
      Differences differences,
      OptionalInt dimensions,
      int keptPlaces,
      long memory) {
    this.records = records;
    this.rows = rows;
    this.failures = new Failures(failures);
    this.sample = sample;
    this.differences = differences;
    this.vectors = new VectorChecks(dimensions, differences, keptPlaces);
    this.texts = new TextVectors(memory);
  }

  /** The indexes of failed records, which must be looked up in ascending order. */
  private static final class Failures {
    private final ErrorsFile failures;
    private OptionalLong head;
    private boolean begun;

    Failures(ErrorsFile failures) {
      this.failures = failures;
      this.head = OptionalLong.empty();
    }

    boolean has(long index) throws IOException {
      if (!begun) {
        begun = true;
        head = failures.next();
      }
      while (head.isPresent() && head.getAsLong() < index) {
        head = failures.next();
      }
      return head.isPresent() && head.getAsLong() == index;
    }
  }

  /**
   * Runs the check, once.
   *
   * @throws InvalidInput if the input or the errors file cannot be read
   */
  public Findings run() throws IOException {
    record = read();
    for (Optional<OutputRow> row = row(); row.isPresent(); row = row()) {
      rowsRead++;
      switch (row.get()) {
        case OutputRow.Whole whole -> checkRow(whole);
        case OutputRow.Broken broken -> countBroken(broken);
      }
    }
    passTo(Long.MAX_VALUE, "the end of the output");
    vectors.conclude();
    oneVector.conclude(differences);
    return new Findings(
        recordsRead, rowsRead, failed, vectors.dimensions(), vectors.norms(), compared);
  }

  private Optional<InputRecord> read() throws IOException {
    Optional<InputRecord> next = records.next();
    recordsRead += next.isPresent() ? 1 : 0;
    return next;
  }

  /**
   * The next row of the output. A read error counts as a difference, since the output is what is
   * checked.
   */
  private Optional<OutputRow> row() throws IOException {
    try {
      return rows.next();
    } catch (InvalidInput e) {
      differences.add(Kind.UNREADABLE, e.getMessage());
      return Optional.empty();
    }
  }

  private void checkRow(OutputRow.Whole row) throws IOException {
    boolean valid = vectors.check(row.vector(), row.place());
    Optional<InputRecord> inputRecord = recordOf(row.index(), row.place());
    if (inputRecord.isEmpty()) {
      return;
    }
    compareIds(inputRecord.get(), row);
    switch (inputRecord.get().text()) {
      case Text.Valid(String text) -> {
        if (valid) {
          compareVectors(inputRecord.get(), text, row);
        }
      }
      case Text.Invalid invalid ->
          differences.add(
              Kind.UNEXPECTED,
              row.place()
                  + ": an embedding of a record that has no text to embed: "
                  + at(inputRecord.get())
                  + ": "
                  + invalid.message());
    }
  }

  private void countBroken(OutputRow.Broken row) throws IOException {
    differences.add(Kind.UNREADABLE, row.place() + ": " + row.reason());
    if (row.index().isPresent()) {
      Optional<InputRecord> unused = recordOf(row.index().getAsLong(), row.place());
    } else {
      skipNext();
    }
  }

  /** A row without an index is assumed to belong to the next record. */
  private void skipNext() throws IOException {
    passFailed();
    if (record.isPresent()) {
      lastIndex = OptionalLong.of(record.get().index());
      record = read();
    }
  }

  private void passFailed() throws IOException {
    while (record.isPresent() && failures.has(record.get().index())) {
      failed++;
      record = read();
    }
  }

  /** The record of a row; empty if the row is in the wrong place. */
  private Optional<InputRecord> recordOf(long index, String place) throws IOException {
    if (lastIndex.isPresent() && index <= lastIndex.getAsLong()) {
      differences.add(
          Kind.ORDER,
          place
              + ": index "
              + index
              + (index == lastIndex.getAsLong()
                  ? " occurs twice"
                  : " comes after index " + lastIndex.getAsLong()));
      return Optional.empty();
    }
    lastIndex = OptionalLong.of(index);
    passTo(index, place);
    if (record.isEmpty()) {
      differences.add(
          Kind.UNEXPECTED,
          place
              + ": index "
              + index
              + ", but "
              + records.name()
              + " has only "
              + recordsRead
              + " records");
      return Optional.empty();
    }
    Optional<InputRecord> inputRecord = record;
    record = read();
    return inputRecord;
  }

  /**
   * Advances to a record. The records before it have no row, so they must be in the errors file.
   */
  private void passTo(long index, String before) throws IOException {
    Gap gap = new Gap();
    while (record.isPresent() && record.get().index() < index) {
      if (failures.has(record.get().index())) {
        failed++;
        gap.report(before);
      } else {
        gap.add(record.get());
      }
      record = read();
    }
    gap.report(before);
  }

  /** Consecutive records without a row. */
  private final class Gap {
    private Optional<InputRecord> first = Optional.empty();
    private Optional<InputRecord> last = Optional.empty();

    void add(InputRecord missing) {
      first = first.or(() -> Optional.of(missing));
      last = Optional.of(missing);
    }

    void report(String before) {
      if (first.isEmpty()) {
        return;
      }
      InputRecord from = first.get();
      InputRecord to = last.orElseThrow();
      long count = to.index() - from.index() + 1;
      String reason =
          from.text() instanceof Text.Invalid invalid ? " (" + invalid.message() + ")" : "";
      differences.add(
          Kind.MISSING,
          count,
          count == 1
              ? at(from) + ": index " + from.index() + " has no embedding before " + before + reason
              : at(from)
                  + ": index "
                  + from.index()
                  + " to "
                  + to.index()
                  + " (line "
                  + to.line()
                  + ") have no embedding before "
                  + before
                  + reason);
      first = Optional.empty();
    }
  }

  private void compareIds(InputRecord inputRecord, OutputRow.Whole row) {
    if (!row.id().isOf(inputRecord.id())) {
      differences.add(
          Kind.ID,
          row.place()
              + ": "
              + row.id().shown()
              + ", but "
              + at(inputRecord)
              + " has "
              + inputRecord.id().map(id -> "id " + id).orElse("no id"));
    }
  }

  private void compareVectors(InputRecord inputRecord, String text, OutputRow.Whole row) {
    oneVector.add(text, row.vector(), row.place());
    switch (texts.compare(text, row.vector())) {
      case AGREES -> {}
      case DIFFERS ->
          differences.add(
              Kind.UNEQUAL,
              row.place()
                  + ": differs from an earlier vector of the same text, "
                  + at(inputRecord));
      case UNKNOWN -> compared = Compared.SOME;
    }
    sample.offer(new Sample.Sampled(inputRecord, row.place(), row.vector()));
  }

  private String at(InputRecord inputRecord) {
    return inputRecord.place().toString();
  }
}
