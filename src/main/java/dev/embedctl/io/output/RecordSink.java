package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Embedding;
import java.util.List;

/**
 * Writes the embeddings of a run. Many threads render, which takes most of the time; one thread
 * writes the rendered embeddings in the order of the input. A file gets its name only when it is
 * complete: {@link #commit} gives it the name, {@link #close} without it keeps the file that was
 * there before.
 *
 * <p>A write error ends the run with a {@link dev.embedctl.model.EmbedctlException} that names the
 * file.
 */
public interface RecordSink extends AutoCloseable {

  /** Embeddings in the format of the output. */
  @FunctionalInterface
  interface Rendered {
    /** Appends them to the output, once. */
    void write();
  }

  /** Converts embeddings to the format of the output. Thread-safe. */
  Rendered render(List<Embedding> embeddings);

  /** Passes on buffered data, so that a reader sees it. */
  void flush();

  /** Completes the output. */
  void commit();

  @Override
  void close();
}
