package dev.embedctl.jobs;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A job of a lane, as its journal describes it.
 *
 * @param number from 1
 * @param round the round in which its texts were submitted
 * @param tokens its tokens as they were counted or estimated
 * @param most the most tokens that may be charged for it
 * @param creations how often it was about to be created
 */
record LaneJob(
    int number,
    int round,
    int lines,
    int texts,
    long tokens,
    long most,
    int creations,
    Stage stage) {
  /** The end of a job that did all its lines. */
  static final String COMPLETED = "completed";

  LaneJob {
    Objects.requireNonNull(stage);
  }

  /** What was done for a job; times are milliseconds since 1970. */
  sealed interface Stage {
    /** Its files are complete on this machine. */
    record Prepared() implements Stage {}

    /** The provider has its file. */
    record Uploaded(String file) implements Stage {}

    /** It was about to be created, and may exist. */
    record Creating(String file, String label) implements Stage {}

    /** It exists at the provider, which has its file. */
    record Submitted(String id, String file, long at) implements Stage {}

    /** Its vectors are in the cache; these files are still to be deleted. */
    record Ended(
        String id, String how, int embedded, long tokens, List<String> files, long since, long at)
        implements Stage {}

    /** It was never created. */
    record Dropped() implements Stage {}
  }

  LaneJob in(Stage next) {
    return new LaneJob(number, round, lines, texts, tokens, most, creations, next);
  }

  LaneJob toBeCreated(String file, String label) {
    return new LaneJob(
        number, round, lines, texts, tokens, most, creations + 1, new Stage.Creating(file, label));
  }

  /** Whether its texts still wait for their vectors. */
  boolean isOpen() {
    return switch (stage) {
      case Stage.Prepared s -> true;
      case Stage.Uploaded s -> true;
      case Stage.Creating s -> true;
      case Stage.Submitted s -> true;
      case Stage.Ended s -> false;
      case Stage.Dropped s -> false;
    };
  }

  /**
   * The files at the provider: those that it names for the job, and the uploaded one, which it may
   * not name. A file without a name was not uploaded.
   */
  List<String> filesBeside(List<String> named) {
    Stream<String> uploaded =
        stage instanceof Stage.Submitted(String id, String file, long at)
            ? Stream.of(file).filter(name -> !name.isEmpty())
            : Stream.empty();
    return Stream.concat(uploaded, named.stream()).distinct().toList();
  }

  /** Whether it is, or may be, at the provider. */
  boolean isSubmitted() {
    return switch (stage) {
      case Stage.Creating s -> true;
      case Stage.Submitted s -> true;
      case Stage.Prepared s -> false;
      case Stage.Uploaded s -> false;
      case Stage.Ended s -> false;
      case Stage.Dropped s -> false;
    };
  }

  /** Whether it ended without vectors for some of its texts. */
  boolean isIncomplete() {
    return stage instanceof Stage.Ended ended && ended.embedded() < texts;
  }
}
