package dev.embedctl.testing.batch;

/** The kinds of calls to a batch API. */
public enum Step {
  /** Asks where to upload a file, where that is a call of its own. */
  START,
  UPLOAD,
  CREATE,
  LIST,
  POLL,
  CANCEL,
  RESULTS,
  DELETE,
  /** Vectors at once, at the full price. */
  EMBED
}
