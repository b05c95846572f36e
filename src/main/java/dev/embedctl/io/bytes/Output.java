package dev.embedctl.io.bytes;

/**
 * The destination of a sink's bytes. It does not buffer, since sinks write large blocks. Not
 * thread-safe.
 */
public sealed interface Output extends AutoCloseable permits OutputFile, StreamOutput {

  /**
   * Writes these bytes.
   *
   * @throws dev.embedctl.model.EmbedctlException.ReaderGone if the reader went away
   * @throws dev.embedctl.model.EmbedctlException.RunFailed if the write fails
   */
  void write(byte[] bytes, int offset, int length);

  /** Passes on written data, so that a reader sees it. */
  void flush();

  /** Completes the output. */
  void commit();

  /** Ends the output, and discards it if it was not committed and can be discarded. */
  @Override
  void close();
}
