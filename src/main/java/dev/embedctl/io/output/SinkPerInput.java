package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Embedding;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Writes the embeddings of each input to an output of its own. One output is open at a time: it is
 * committed when the first embedding of a later input is written, so a run that ends early keeps
 * the outputs that are complete.
 */
public final class SinkPerInput implements RecordSink {
  private final Iterator<String> inputs;
  private final Opening opening;
  private volatile Current current;

  /** Opens the output of an input. */
  @FunctionalInterface
  public interface Opening {
    RecordSink open(String input);
  }

  private record Current(String input, RecordSink sink) {}

  /** Embeddings of one input. */
  private record Run(String input, List<Embedding> embeddings) {}

  private SinkPerInput(Iterator<String> inputs, Opening opening, Current current) {
    this.inputs = inputs;
    this.opening = opening;
    this.current = current;
  }

  /**
   * Opens the output of the first input, so that a write error is found before anything is paid
   * for.
   *
   * @param inputs the names of the inputs in the order in which they are read, at least one; an
   *     input without embeddings gets an output, too
   */
  public static SinkPerInput open(List<String> inputs, Opening opening) {
    Iterator<String> rest = List.copyOf(inputs).iterator();
    String first = rest.next();
    return new SinkPerInput(rest, opening, new Current(first, opening.open(first)));
  }

  /**
   * Converts the embeddings of the open output; the others are converted when they are written,
   * since their output is not open yet.
   */
  @Override
  public Rendered render(List<Embedding> embeddings) {
    Current now = current;
    List<Rendered> all = new ArrayList<>();
    for (Run run : runs(embeddings)) {
      all.add(
          run.input().equals(now.input())
              ? now.sink().render(run.embeddings())
              : () -> sinkOf(run.input()).render(run.embeddings()).write());
    }
    return () -> all.forEach(Rendered::write);
  }

  private static List<Run> runs(List<Embedding> embeddings) {
    List<Run> runs = new ArrayList<>();
    for (Embedding embedding : embeddings) {
      String input = embedding.record().place().source();
      if (runs.isEmpty() || !runs.getLast().input().equals(input)) {
        runs.add(new Run(input, new ArrayList<>()));
      }
      runs.getLast().embeddings().add(embedding);
    }
    return runs;
  }

  private RecordSink sinkOf(String input) {
    while (!current.input().equals(input)) {
      commitCurrent();
      if (!openNext()) {
        throw new IllegalStateException(input + " is no input, or came before");
      }
    }
    return current.sink();
  }

  private void commitCurrent() {
    RecordSink sink = current.sink();
    sink.commit();
    sink.close();
  }

  /** Opens the output of the next input; false after the last one. */
  private boolean openNext() {
    if (!inputs.hasNext()) {
      return false;
    }
    String next = inputs.next();
    current = new Current(next, opening.open(next));
    return true;
  }

  @Override
  public void flush() {
    current.sink().flush();
  }

  @Override
  public void commit() {
    do {
      commitCurrent();
    } while (openNext());
  }

  @Override
  public void close() {
    current.sink().close();
  }
}
