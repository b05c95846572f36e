package dev.embedctl.io.bytes;

import java.io.IOException;

/** Compressed data is cut short or damaged: all that it held before was read. */
public final class DamagedInput extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what and what to do; where is known to whoever counts the lines. */
  public DamagedInput(String message) {
    super(message);
  }

  public DamagedInput(String message, Throwable cause) {
    super(message, cause);
  }
}
