package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The requests and replies of one API for jobs of many requests, for one spec and one address. It
 * has no state and sends nothing itself.
 */
public interface BatchFormat {

  /**
   * The limits of a job.
   *
   * @param call the limits of a call to the same model
   */
  JobLimits limits(ProviderLimits call);

  /** A line of a job's file, without a line end. */
  byte[] line(String id, List<String> texts);

  /**
   * How a file of lines is uploaded; empty if the call that creates the job contains the lines.
   *
   * @param bytes the size of the file
   */
  Optional<FileUpload> upload(long bytes, String label);

  /**
   * The name of a file, in the reply to its upload.
   *
   * @throws IOException if the reply is invalid; the message explains the error
   */
  String uploaded(InputStream reply) throws IOException;

  /** Creates a job for an uploaded file. */
  BatchCall create(String file, String label);

  /**
   * Creates a job with its lines.
   *
   * @param lines the content of a file that is not uploaded
   */
  default BatchCall createWith(byte[] lines, String label) {
    throw new IllegalStateException("every file is uploaded");
  }

  /**
   * The reason why a job was not created, if it is the amount of work that the provider holds
   * already.
   */
  Optional<JobState.OverQuota> full(FailedReply reply);

  /** Asks for the state of a job. */
  BatchCall poll(String id);

  /**
   * A job in the reply that describes it.
   *
   * @throws IOException if the reply is invalid; the message explains the error
   */
  Job job(InputStream reply) throws IOException;

  /**
   * Asks for a page of the account's jobs, the newest first.
   *
   * @param next from the page before; empty for the first page
   */
  BatchCall list(Optional<String> next);

  /**
   * Searches a page of jobs.
   *
   * @param asked the page's name; empty for the first page
   * @throws IOException if the reply is invalid; the message explains the error
   */
  JobPage page(Optional<String> asked, String label, InputStream reply) throws IOException;

  BatchCall cancel(String id);

  /** Asks for results, by a name from {@link Job#outputs}. */
  BatchCall results(String output);

  /** Reads results one by one as they arrive. */
  ResultStream stream(String output, InputStream reply) throws IOException;

  /**
   * Parses one of the results.
   *
   * @throws IOException if it is invalid; the message explains the error
   */
  LineReply result(byte[] result) throws IOException;

  /**
   * Parses the vectors of a line.
   *
   * @throws IOException if the body is invalid; the message explains the error
   */
  Reply reply(byte[] body, int texts) throws IOException;

  BatchCall delete(String file);

  /** Whether the reply to a deletion or a download says that there is no such file. */
  default boolean isGone(FailedReply reply) {
    return reply.status() == 404;
  }

  /** Results in the order in which they arrive. */
  @FunctionalInterface
  interface ResultStream {
    /**
     * The next result; empty at the end.
     *
     * @throws IOException if the transfer failed
     */
    Optional<byte[]> next() throws IOException;
  }

  /**
   * A page of jobs.
   *
   * @param found the job with the label that was searched for
   * @param next the name of the next page; empty if this is the last one
   */
  record JobPage(Optional<Job> found, Optional<String> next) {
    public JobPage {
      Objects.requireNonNull(found);
      Objects.requireNonNull(next);
    }
  }

  /** An address below a base URL. */
  static URI below(URI base, String path) {
    return URI.create(base.toString().replaceAll("/+$", "") + path);
  }
}
