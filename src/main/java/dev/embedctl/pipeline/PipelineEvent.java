package dev.embedctl.pipeline;

import dev.embedctl.model.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Something that happened in a run. */
public sealed interface PipelineEvent {

  /**
   * A chunk was written.
   *
   * @param chunk its number, from 0
   * @param outcomes of its records, in their order
   * @param duplicates records that joined an equal text that was waiting or in flight
   * @param truncated texts that were cut to what the model takes
   * @param averaged texts that were cut into windows
   * @param calls calls that were made for requests which began with a text of this chunk
   * @param took from when it was read until it was written
   */
  record ChunkWritten(
      int chunk,
      List<Outcome> outcomes,
      int duplicates,
      int truncated,
      Averaged averaged,
      int calls,
      Duration took)
      implements PipelineEvent {
    public ChunkWritten {
      outcomes = List.copyOf(outcomes);
      Objects.requireNonNull(averaged);
    }
  }

  /**
   * Texts whose vectors are means.
   *
   * @param texts that were cut
   * @param windows that they were cut into
   * @param sent windows that a request was made for
   */
  record Averaged(int texts, int windows, int sent) {
    public static final Averaged NONE = new Averaged(0, 0, 0);
  }

  /**
   * The first text after none began to wait for its vector. As events come from many threads, the
   * end of a demand may come after the beginning of the next one: whoever measures demand counts
   * both.
   */
  record DemandBegan() implements PipelineEvent {}

  /** No text waits any more, none is in flight: a demand that began has ended. */
  record DemandEnded() implements PipelineEvent {}

  /** A step of the flow took so long, until now. */
  record Took(Step step, Duration time) implements PipelineEvent {}

  /** What the flow spends time on beside its calls. */
  enum Step {
    /** The first text of a request waited for a free permit. */
    QUEUE,
    /** A chunk's texts were looked up in the cache. */
    LOOK_UP,
    /** A request's vectors were put into the cache. */
    STORE,
    /** A chunk was written to the output, once it was rendered. */
    WRITE
  }

  /** These texts have waited long for another run, which pays for them. Comes once in a run. */
  record AwaitsOtherRun(int texts) implements PipelineEvent {}

  /** The cache cannot be read, which ends the run. */
  record CacheReadFailed(IOException cause) implements PipelineEvent {}

  /** The cache takes no more vectors in this run; the output still gets them. */
  record CacheWriteFailed(IOException cause) implements PipelineEvent {}
}
