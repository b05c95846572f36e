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
 * Goes through an input, the output that was made of it and the list of texts that failed at once:
 * all three are in the order of the input. Its memory grows by eight bytes a text, up to a bound.
 */
public final class OutputCheck {
  private final RecordSource records;
  private final OutputReader rows;
  private final Failures failures;
  private final Sample sample;
  private final Differences differences;
  private final VectorChecks vectors;
  private final TextVectors texts;

  private Optional<InputRecord> record = Optional.empty();
  private OptionalLong lastIndex = OptionalLong.empty();
  private long recordsRead;
  private long rowsRead;
  private long failed;
  private Compared compared = Compared.ALL;

  /**
   * A check of these, which it does not close.
   *
   * @param sample is shown each record that has its vector
   * @param dimensions that vectors must have, where it is known
   * @param kept differences of a kind that are told one by one
   * @param memory bytes for remembering texts
   */
  public OutputCheck(
      RecordSource records,
      OutputReader rows,
      ErrorsFile failures,
      Sample sample,
      Differences differences,
      OptionalInt dimensions,
      int kept,
      long memory) {
    this.records = records;
    this.rows = rows;
    this.failures = new Failures(failures);
    this.sample = sample;
    this.differences = differences;
    this.vectors = new VectorChecks(dimensions, differences, kept);
    this.texts = new TextVectors(memory);
  }

  /** The indexes of failed records, asked for in ascending order. */
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
   * Goes through all of it, once.
   *
   * @throws InvalidInput where the input or the errors file cannot be read
   */
  public Findings run() throws IOException {
    record = read();
    for (Optional<OutputRow> row = row(); row.isPresent(); row = row()) {
      rowsRead++;
      switch (row.get()) {
        case OutputRow.Whole whole -> whole(whole);
        case OutputRow.Broken broken -> broken(broken);
      }
    }
    passTo(Long.MAX_VALUE, "the output's end");
    vectors.conclude();
    return new Findings(
        recordsRead, rowsRead, failed, vectors.dimensions(), vectors.norms(), compared);
  }

  private Optional<InputRecord> read() throws IOException {
    Optional<InputRecord> next = records.next();
    recordsRead += next.isPresent() ? 1 : 0;
    return next;
  }

  /** The output is what is in doubt: where it cannot be read, it is not whole. */
  private Optional<OutputRow> row() throws IOException {
    try {
      return rows.next();
    } catch (InvalidInput e) {
      differences.add(Kind.UNREADABLE, e.getMessage());
      return Optional.empty();
    }
  }

  private void whole(OutputRow.Whole row) throws IOException {
    boolean sound = vectors.check(row.vector(), row.place());
    Optional<InputRecord> its = recordOf(row.index(), row.place());
    if (its.isEmpty()) {
      return;
    }
    compareIds(its.get(), row);
    switch (its.get().text()) {
      case Text.Valid(String text) -> {
        if (sound) {
          compareVectors(its.get(), text, row);
        }
      }
      case Text.Invalid invalid ->
          differences.add(
              Kind.UNEXPECTED,
              row.place()
                  + ": an embedding of a record that has no text to embed: "
                  + at(its.get())
                  + ": "
                  + invalid.message());
    }
  }

  private void broken(OutputRow.Broken row) throws IOException {
    differences.add(Kind.UNREADABLE, row.place() + ": " + row.reason());
    if (row.index().isPresent()) {
      Optional<InputRecord> unused = recordOf(row.index().getAsLong(), row.place());
    } else {
      standForNext();
    }
  }

  /** A row that does not say whose it is, is taken for that of the record that comes next. */
  private void standForNext() throws IOException {
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

  /** The record that a row is of, where the row stands in its place. */
  private Optional<InputRecord> recordOf(long index, String place) throws IOException {
    if (lastIndex.isPresent() && index <= lastIndex.getAsLong()) {
      differences.add(
          Kind.ORDER,
          place
              + ": index "
              + index
              + (index == lastIndex.getAsLong()
                  ? " stands twice"
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
              + ", where "
              + records.name()
              + " has "
              + recordsRead
              + " records");
      return Optional.empty();
    }
    Optional<InputRecord> its = record;
    record = read();
    return its;
  }

  /** Goes on to a record: those before it have no row, and must be among the failed. */
  private void passTo(long index, String before) throws IOException {
    Gap gap = new Gap();
    while (record.isPresent() && record.get().index() < index) {
      if (failures.has(record.get().index())) {
        failed++;
        gap.tell(before);
      } else {
        gap.add(record.get());
      }
      record = read();
    }
    gap.tell(before);
  }

  /** Records without a row that follow one another. */
  private final class Gap {
    private Optional<InputRecord> first = Optional.empty();
    private Optional<InputRecord> last = Optional.empty();

    void add(InputRecord missing) {
      first = first.or(() -> Optional.of(missing));
      last = Optional.of(missing);
    }

    void tell(String before) {
      if (first.isEmpty()) {
        return;
      }
      InputRecord from = first.get();
      InputRecord to = last.orElseThrow();
      long count = to.index() - from.index() + 1;
      String why =
          from.text() instanceof Text.Invalid invalid ? " (" + invalid.message() + ")" : "";
      differences.add(
          Kind.MISSING,
          count,
          count == 1
              ? at(from) + ": index " + from.index() + " has no embedding before " + before + why
              : at(from)
                  + ": index "
                  + from.index()
                  + " to "
                  + to.index()
                  + " (line "
                  + to.line()
                  + ") have no embedding before "
                  + before
                  + why);
      first = Optional.empty();
    }
  }

  private void compareIds(InputRecord its, OutputRow.Whole row) {
    if (!row.id().isOf(its.id())) {
      differences.add(
          Kind.ID,
          row.place()
              + ": "
              + row.id().shown()
              + ", where "
              + at(its)
              + " has "
              + its.id().map(id -> "id " + id).orElse("none"));
    }
  }

  private void compareVectors(InputRecord its, String text, OutputRow.Whole row) {
    switch (texts.show(text, row.vector())) {
      case AGREES -> {}
      case DIFFERS ->
          differences.add(
              Kind.UNEQUAL,
              row.place() + ": another vector than before for the same text, that of " + at(its));
      case UNKNOWN -> compared = Compared.SOME;
    }
    sample.show(new Sample.Sampled(its, row.place(), row.vector()));
  }

  private String at(InputRecord its) {
    return records.name() + ":" + its.line();
  }
}
