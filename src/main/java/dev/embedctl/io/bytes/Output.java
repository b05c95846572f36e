package dev.embedctl.io.bytes;

/**
 * Where a sink's bytes go. It does not buffer: a sink hands over large pieces. Not safe for use by
 * several threads.
 */
public sealed interface Output extends AutoCloseable permits OutputFile, StreamOutput {

  /**
   * Writes these bytes.
   *
   * @throws dev.embedctl.model.EmbedctlException.ReaderGone where nobody reads any more
   * @throws dev.embedctl.model.EmbedctlException.RunFailed where the medium fails
   */
  void write(byte[] bytes, int offset, int length);

  /** Hands over what was written, so that a reader sees it. */
  void flush();

  /** Makes the output whole and final. */
  void commit();

  /** Ends the output; what was not committed is dropped, where it can be. */
  @Override
  void close();
}
