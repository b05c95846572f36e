package dev.embedctl.testing;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Failed;
import dev.embedctl.model.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Records in memory. */
public final class Records {
  private Records() {}

  /** A record at a place, with this text. */
  public static InputRecord of(long index, String text) {
    return new InputRecord(
        index,
        new InputPlace("input", index + 1),
        new Text.Valid(text),
        Optional.empty(),
        Optional.empty(),
        () -> "{\"text\":\"" + text + "\"}");
  }

  /** A record at a place, without a text. */
  public static InputRecord invalid(long index, FailureCode code, String message) {
    return new InputRecord(
        index,
        new InputPlace("input", index + 1),
        new Text.Invalid(code, message),
        Optional.empty(),
        Optional.empty(),
        () -> "{}");
  }

  /** The records of these texts, in order; a text that is {@code ""} is an invalid record. */
  public static Source source(List<String> texts) {
    List<InputRecord> records = new ArrayList<>();
    for (String text : texts) {
      records.add(
          text.isEmpty()
              ? invalid(records.size(), FailureCode.BLANK_TEXT, "the text is blank")
              : of(records.size(), text));
    }
    return new Source(records.stream());
  }

  /** A source that gives what a stream gives, and counts. */
  public static final class Source implements RecordSource {
    private final Iterator<InputRecord> records;
    private final AtomicInteger read = new AtomicInteger();

    public Source(Stream<InputRecord> records) {
      this.records = records.iterator();
    }

    /** Records that were read so far. */
    public int read() {
      return read.get();
    }

    @Override
    public String name() {
      return "input";
    }

    @Override
    public Optional<InputRecord> next() {
      if (!records.hasNext()) {
        return Optional.empty();
      }
      read.incrementAndGet();
      return Optional.of(records.next());
    }

    @Override
    public void close() {}
  }

  /** A sink that keeps what is written. */
  public static class Sink implements RecordSink {
    private final List<Embedding> written = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean committed;

    public List<Embedding> written() {
      return List.copyOf(written);
    }

    public boolean committed() {
      return committed;
    }

    @Override
    public Rendered render(List<Embedding> embeddings) {
      return () -> embeddings.forEach(this::write);
    }

    /** Writes one of a chunk's embeddings. */
    protected void write(Embedding embedding) {
      written.add(embedding);
    }

    @Override
    public void flush() {}

    @Override
    public void commit() {
      committed = true;
    }

    @Override
    public void close() {}
  }

  /** A sink that keeps what failed. */
  public static final class Failures implements FailureSink {
    private final List<Failed> failures = Collections.synchronizedList(new ArrayList<>());

    public List<Failed> failures() {
      return List.copyOf(failures);
    }

    @Override
    public void write(Failed failed) {
      failures.add(failed);
    }

    @Override
    public void commit() {}

    @Override
    public void close() {}
  }
}
