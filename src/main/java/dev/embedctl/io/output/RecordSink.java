package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Embedding;
import java.util.List;

/**
 * Writes the embeddings of a run. Any thread renders them, since that is what takes the time; one
 * thread writes what was rendered, in the order of the input. A file bears its name only once it is
 * whole: {@link #commit} gives it the name, {@link #close} without it leaves what was there before.
 *
 * <p>What cannot be written ends the run: a {@link dev.embedctl.model.EmbedctlException} says
 * where.
 */
public interface RecordSink extends AutoCloseable {

  /** Embeddings as they will stand in the output. */
  @FunctionalInterface
  interface Rendered {
    /** Writes them, once, behind all that was written before. */
    void write();
  }

  /** Turns embeddings into what will be written. Safe for many threads at once. */
  Rendered render(List<Embedding> embeddings);

  /** Hands over what is buffered, so that a reader sees it. */
  void flush();

  /** Makes the output whole and final. */
  void commit();

  @Override
  void close();
}
