package dev.embedctl.report;

/** Filled in by the build: the library that draws charts. */
final class Charts {
  /** Its version, which is part of the path of its files. */
  static final String UPLOT = "${uplot.version}";

  private Charts() {}
}
