package dev.embedctl.io.input;

import dev.embedctl.io.bytes.DamagedInput;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;

/** Tells what keeps a Parquet file from being read. */
public final class ParquetFailure {
  private ParquetFailure() {}

  /** Told with a message that begins so. */
  public static EmbedctlException of(String what, Exception e) {
    checkMemory(e);
    return new InvalidInput(what + reason(e), e);
  }

  /**
   * Told to whoever knows the place.
   *
   * @param rows which rows cannot be read, as far as that is known
   */
  public static DamagedInput damaged(String rows, RuntimeException e) {
    checkMemory(e);
    return new DamagedInput(
        rows + " cannot be read (" + reason(e) + "); get the whole file, or write it anew", e);
  }

  /** The reader has threads of its own, and tells what they threw as a cause. */
  private static void checkMemory(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        throw new RunFailed(
            "the columns of the Parquet file need more memory than there is; give it more, as with"
                + " EMBEDCTL_HEAP=1g, or write the file with smaller row groups",
            e);
      }
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    return message.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }
}
