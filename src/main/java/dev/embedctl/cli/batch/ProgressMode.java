package dev.embedctl.cli.batch;

/** When a run shows its progress as a bar. */
enum ProgressMode {
  /** Where somebody sees it. */
  AUTO,
  ALWAYS,
  NEVER
}
