package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.Advice;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineListener;

/** Describes what the same command does after a run that ended early. */
final class Resumption implements PipelineListener {
  private static final String RESUMES = "progress is saved; run the same command to resume";

  private final BatchPlan plan;
  private volatile boolean cacheFailed;

  Resumption(BatchPlan plan) {
    this.plan = plan;
  }

  @Override
  public void on(PipelineEvent event) {
    if (event instanceof PipelineEvent.CacheReadFailed
        || event instanceof PipelineEvent.CacheWriteFailed) {
      cacheFailed = true;
    }
  }

  /**
   * The failure with advice to run the command again, if that would resume; otherwise unchanged.
   */
  RunFailed withAdvice(RunFailed failure) {
    boolean resumes = hasCache() && isReadNextTime() && maySend() && !cacheFailed;
    return resumes ? new RunFailed(Advice.on(failure) + "; " + RESUMES, failure) : failure;
  }

  private boolean hasCache() {
    return plan.cache().folder().isPresent();
  }

  private boolean isReadNextTime() {
    return switch (plan.cache().use()) {
      case EVERYTHING -> true;
      case THIS_RUN -> false;
    };
  }

  /** A run that sends nothing makes no progress and fails at the same text again. */
  private boolean maySend() {
    return switch (plan.pipeline().onMiss()) {
      case CALL -> true;
      case FAIL -> false;
    };
  }

  /** Describes what the same command does after a signal. */
  String afterSignal() {
    if (!hasCache()) {
      return "without a cache, the same command starts over and pays for everything again";
    }
    if (cacheFailed) {
      return "the cache failed, so the same command pays again for the vectors that are not stored";
    }
    return isReadNextTime()
        ? RESUMES
        : "with --refresh, the same command starts over and pays for everything again";
  }
}
