package dev.embedctl.pipeline;

/** Hears what happens in a run, from many threads; it must be quick and cannot fail. */
@FunctionalInterface
public interface PipelineListener {

  /** Something happened. */
  void on(PipelineEvent event);
}
