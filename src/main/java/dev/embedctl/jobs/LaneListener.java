package dev.embedctl.jobs;

/** Receives what happens in a lane. */
public interface LaneListener {
  /** The state of the jobs may have changed. */
  void changed(LaneFigures figures);

  /** A step is in the journal. */
  void appended(JournalEvent event);
}
