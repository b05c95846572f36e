package dev.embedctl.provider.jobs;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A job at a provider, as one of its replies describes it.
 *
 * @param id the provider's name of it
 * @param progress the lines that are done, if the provider counts them
 * @param outputs the provider's names of the files with results, once there are any
 * @param files the provider's names of all files to be deleted after the download, the uploaded one
 *     included
 * @param tokens the tokens that the provider charges for, if it reports them for the whole job
 */
public record Job(
    String id,
    JobState state,
    Progress progress,
    List<String> outputs,
    List<String> files,
    OptionalLong tokens) {
  public Job {
    Objects.requireNonNull(id);
    Objects.requireNonNull(state);
    Objects.requireNonNull(progress);
    outputs = List.copyOf(outputs);
    files = List.copyOf(files);
    Objects.requireNonNull(tokens);
  }

  /** The lines of a job that the provider has counted so far; all 0 if it does not count. */
  public record Progress(long total, long completed, long failed) {
    public static final Progress UNKNOWN = new Progress(0, 0, 0);
  }
}
