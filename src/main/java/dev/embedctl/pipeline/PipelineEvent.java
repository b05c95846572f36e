package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Something that happened in a run. */
public sealed interface PipelineEvent {

  /**
   * Records have their outcomes; a chunk is written once all of its records have theirs.
   *
   * @param kind the kind of these outcomes
   * @param records the number of records
   */
  record Settled(Outcome.Kind kind, int records) implements PipelineEvent {
    public Settled {
      Objects.requireNonNull(kind);
    }
  }

  /**
   * A chunk was written.
   *
   * @param chunk its number, from 0
   * @param outcomes the outcomes of its records, in order
   * @param duplicates records that joined an equal text that was waiting or in flight
   * @param truncated texts that were cut to the model's limit
   * @param averaged texts that were cut into windows
   * @param calls calls for requests whose first text is of this chunk
   * @param took the time from reading until writing
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
   * @param texts the number of texts that were cut
   * @param windows the number of their windows
   * @param sent the number of windows that were sent
   */
  record Averaged(int texts, int windows, int sent) {
    public static final Averaged NONE = new Averaged(0, 0, 0);
  }

  /**
   * A text began to wait for its vector when no other was waiting. Events come from many threads,
   * so the end of a demand may be reported after the beginning of the next one; a listener must
   * count both.
   */
  record DemandBegan() implements PipelineEvent {}

  /** No text is waiting or in flight any more: the demand has ended. */
  record DemandEnded() implements PipelineEvent {}

  /** A step of the flow took this time and has just ended. */
  record Took(Step step, Duration time) implements PipelineEvent {}

  /** The steps of the flow besides its calls. */
  enum Step {
    /** The first text of a request waited for a free permit. */
    QUEUE,
    /** A chunk's texts were looked up in the cache. */
    LOOK_UP,
    /** A request's vectors were put into the cache. */
    STORE,
    /** A rendered chunk was written to the output. */
    WRITE
  }

  /** These texts have waited long for another run, which pays for them. Comes once in a run. */
  record AwaitsOtherRun(int texts) implements PipelineEvent {}

  /** The cache cannot be read; the run ends. */
  record CacheReadFailed(IOException cause) implements PipelineEvent {
    /** The failure that ends the run. */
    RunFailed asRunFailed() {
      return new RunFailed("the cache cannot be read: " + cause.getMessage(), cause);
    }
  }

  /** The cache cannot be written any more; the output still gets all vectors. */
  record CacheWriteFailed(IOException cause) implements PipelineEvent {}
}
