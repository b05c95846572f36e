package dev.embedctl.pipeline;

/** Receives the events of a run, from many threads. It must be fast and must not throw. */
@FunctionalInterface
public interface PipelineListener {

  /** An event happened. */
  void on(PipelineEvent event);
}
