package dev.embedctl.io.input;

/** How the records of several files are numbered. */
public enum Numbering {
  /** The index counts through all files. */
  THROUGH_ALL,
  /** The index begins again at 0 in each file. */
  PER_FILE
}
