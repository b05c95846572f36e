package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;

/** Creates the exception for a read error, with its place. */
public final class ReadFailure {
  private ReadFailure() {}

  /**
   * The exception that ends the run.
   *
   * @param line the line that could not be read, from 1
   */
  public static EmbedctlException at(String name, long line, IOException e) {
    String place = name + ":" + line + ": ";
    return e instanceof DamagedInput
        ? new EmbedctlException.InvalidInput(place + e.getMessage(), e)
        : new EmbedctlException.RunFailed(
            place + "cannot be read from here on: " + e.getMessage() + "; run the command again",
            e);
  }
}
