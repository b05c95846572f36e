package dev.embedctl.io.bytes;

import java.io.IOException;

/** Compressed data is truncated or damaged. Everything before the damage was read. */
public final class DamagedInput extends IOException {
  private static final long serialVersionUID = 1L;

  /** The message contains the problem and what to do; the caller adds the place. */
  public DamagedInput(String message) {
    super(message);
  }

  public DamagedInput(String message, Throwable cause) {
    super(message, cause);
  }
}
