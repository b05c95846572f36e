package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import java.time.Duration;

/** Bounds of the options that are numbers or durations. */
public final class OptionBounds {
  private OptionBounds() {}

  /**
   * Checks a number.
   *
   * @throws Usage if it is out of range
   */
  public static void range(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new Usage(
          option
              + " "
              + value
              + ": give "
              + (most >= Integer.MAX_VALUE ? least + " or more" : least + " to " + most));
    }
  }

  /**
   * Checks a duration.
   *
   * @throws Usage if it is zero
   */
  public static void positive(String option, Duration value) {
    if (value.isZero()) {
      throw new Usage(option + " must be greater than 0");
    }
  }
}
