package dev.embedctl.io.input;

import dev.embedctl.io.bytes.DamagedInput;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;

/** Explains why a Parquet file cannot be read. */
public final class ParquetFailure {
  private ParquetFailure() {}

  /** A failure with this beginning of its message. */
  public static EmbedctlException of(String what, Exception e) {
    checkMemory(e);
    return new InvalidInput(what + reason(e), e);
  }

  /**
   * A failure of rows whose file is named by the caller.
   *
   * @param rows the rows that cannot be read, as exactly as they are known
   */
  public static DamagedInput damaged(String rows, RuntimeException e) {
    checkMemory(e);
    return new DamagedInput(
        rows + " cannot be read (" + reason(e) + "); get the complete file, or write it again", e);
  }

  /** The library reads on threads of its own, and throws their failures as causes. */
  private static void checkMemory(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        throw new RunFailed(
            "the columns of the Parquet file need more memory; set EMBEDCTL_HEAP=1g or more,"
                + " or write the file with smaller row groups",
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
