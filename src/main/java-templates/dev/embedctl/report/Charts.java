package dev.embedctl.report;

/** What the build knows of the library that draws charts. */
final class Charts {
  /** Its version, which is in its files' path. */
  static final String UPLOT = "${uplot.version}";

  private Charts() {}
}
