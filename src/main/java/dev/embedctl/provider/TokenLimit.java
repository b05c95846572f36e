package dev.embedctl.provider;

import java.util.Objects;

/**
 * The tokens that a run may be charged for.
 *
 * @param setting the setting that limits them, and its value, for messages
 */
public record TokenLimit(long tokens, String setting) {
  public TokenLimit {
    Objects.requireNonNull(setting);
  }
}
