package dev.embedctl.provider.download;

/** Receives events of a download. */
public interface DownloadListener {
  /** Another process is downloading or removing a model, and this one waits for it. */
  void waiting();

  /** The download begins. */
  void begun(String name, long bytes);

  /** So many bytes more are here. */
  void received(long bytes);
}
