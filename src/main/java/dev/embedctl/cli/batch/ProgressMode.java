package dev.embedctl.cli.batch;

/** When a run shows its progress as a bar. */
enum ProgressMode {
  /** If standard error is a terminal. */
  AUTO,
  ALWAYS,
  NEVER
}
