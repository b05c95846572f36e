package dev.embedctl.jobs;

import java.util.List;

/**
 * A line of a journal. Times are milliseconds since 1970. A step that is paid for is written before
 * it is done.
 */
public sealed interface JournalEvent {

  /**
   * The journal begins.
   *
   * @param inputs the files that are embedded
   * @param nonce a random number in the labels of the jobs, since the account may hold jobs of
   *     earlier journals and of other machines over the same files; 0 in a journal without one
   */
  record Opened(
      String provider, String endpoint, String model, List<String> inputs, long nonce, long at)
      implements JournalEvent {
    public Opened {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * From here on, texts that earlier jobs did not embed are submitted again.
   *
   * @param attempt how often a text has been submitted at the end of the round, at most
   */
  record RoundBegan(int round, int attempt) implements JournalEvent {}

  /** The run failed since some texts have no vector; the next one submits them anew. */
  record GaveUp() implements JournalEvent {}

  /**
   * The files of a job are complete on this machine.
   *
   * @param tokens its tokens as they were counted or estimated
   * @param most the most tokens that may be charged for it
   */
  record Prepared(int job, int round, int lines, int texts, long tokens, long most, long at)
      implements JournalEvent {}

  /** The provider has the job's file. */
  record Uploaded(int job, String file) implements JournalEvent {}

  /** The job is about to be created with this label. */
  record Creating(int job, String label) implements JournalEvent {}

  /** The job exists at the provider. */
  record Created(int job, String id, long at) implements JournalEvent {}

  /**
   * The provider did not take the job, since too many tokens are in jobs.
   *
   * @param limit the most tokens at once, as far as it is known now
   */
  record OverQuota(int job, long limit) implements JournalEvent {}

  /** The job will not be created, and its texts are not in it any more. */
  record Dropped(int job) implements JournalEvent {}

  /**
   * All vectors of an ended job are in the cache.
   *
   * @param how the state in which it ended
   * @param embedded the texts that have a vector
   * @param tokens the tokens that are charged
   * @param files the files that are still to be deleted at the provider
   */
  record Ended(int job, String how, int embedded, long tokens, List<String> files, long at)
      implements JournalEvent {
    public Ended {
      files = List.copyOf(files);
    }
  }

  /** The files of an ended job are deleted at the provider. */
  record Cleaned(int job) implements JournalEvent {}
}
