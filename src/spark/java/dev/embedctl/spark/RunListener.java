package dev.embedctl.spark;

import dev.embedctl.report.EventLog.Generated;

/** Receives what happens in a run, on the driver's thread. */
interface RunListener {

  /** A listener that ignores it. */
  static RunListener none() {
    return new RunListener() {
      @Override
      public void roundEnded(Generated round) {}

      @Override
      public void paid(JobFigures figures) {}
    };
  }

  /** A round has ended, and its vectors are in the cache table. */
  void roundEnded(Generated round);

  /** No more is paid for; comes also before the failure that ends a run. */
  void paid(JobFigures figures);
}
