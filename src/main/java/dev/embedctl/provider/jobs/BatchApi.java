package dev.embedctl.provider.jobs;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A provider's asynchronous API for one spec: it embeds a file of requests within hours, for less
 * money. Each method makes one attempt; retries are the task of the caller. Used by one thread.
 */
public interface BatchApi extends AutoCloseable {

  /** Everything except the text that decides a vector; the same as of the provider's calls. */
  EmbeddingSpec spec();

  /** The limits of a job. */
  JobLimits limits();

  /**
   * The line of a job's file that asks for the vectors of texts, as UTF-8 without a line end.
   *
   * @param id the name of the line within its job, for example {@code 17}
   */
  byte[] line(String id, List<String> texts);

  /**
   * Uploads a file of lines and returns the provider's name of it. Costs nothing. An API whose
   * creation contains the lines uploads nothing and returns a name of its own.
   */
  String upload(Path lines, String label) throws ProviderException, InterruptedException;

  /**
   * Creates a job for an uploaded file; this is the step that is paid for. If the reply is lost,
   * the job may exist: {@link #find} tells.
   *
   * @param file the result of {@link #upload}
   * @param lines the same lines on this machine
   * @param label the unique name of the job, which the provider keeps with it
   */
  Creation create(String file, Path lines, String label)
      throws ProviderException, InterruptedException;

  /** The job with a label, if it was created. */
  Optional<Job> find(String label) throws ProviderException, InterruptedException;

  /** The present state of a job. */
  Job poll(String id) throws ProviderException, InterruptedException;

  /**
   * Asks the provider to cancel a job, and returns its state behind that. A job that has ended
   * keeps its state, and one that the provider does not have is forgotten.
   *
   * @throws ProviderException if the provider refused to cancel a job that is still at work
   */
  JobState cancel(String id) throws ProviderException, InterruptedException;

  /**
   * Downloads the results of a job that has ended, from all its files, in any order. Lines are
   * handed over as they arrive; nothing else of the files is kept in memory.
   *
   * @param sizes the number of texts in each line of the job
   * @return whether all files were there
   * @throws ProviderException if the download failed or ended early; what was received counts
   * @throws IOException if the receiver throws it
   */
  Download results(Job job, LineSizes sizes, Receiver receiver)
      throws ProviderException, IOException, InterruptedException;

  /** Deletes a file at the provider; one that does not exist any more is deleted. */
  void delete(String file) throws ProviderException, InterruptedException;

  @Override
  void close();

  /** What became of a download that did not fail. */
  enum Download {
    COMPLETE,
    /** A file with results does not exist any more. */
    GONE
  }

  /** The number of texts in the lines of a job. */
  @FunctionalInterface
  interface LineSizes {
    /** The number of texts in the line with this id; 0 if the job has no such line. */
    int of(String id);
  }

  /** Takes the results of a job. */
  @FunctionalInterface
  interface Receiver {
    void receive(LineResult result) throws IOException;
  }

  /** The reply to the creation of a job. */
  sealed interface Creation {
    /** The job exists. */
    record Created(Job job) implements Creation {}

    /** The provider holds as much of the account's work as it takes; nothing was created. */
    record Full(JobState.OverQuota reason) implements Creation {}
  }
}
