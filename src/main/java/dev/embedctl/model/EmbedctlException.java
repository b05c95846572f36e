package dev.embedctl.model;

/**
 * What ends a run. Its message is one line that says what, where and what to do; it is caught once
 * and turned into an exit code once.
 */
public abstract sealed class EmbedctlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private EmbedctlException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The command line asks for something that cannot be, or a key is missing. */
  public static final class Usage extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public Usage(String message) {
      super(message, null);
    }
  }

  /** The input holds something that cannot be embedded. */
  public static final class InvalidInput extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public InvalidInput(String message) {
      super(message, null);
    }

    public InvalidInput(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Provider, network, disk or cache failed. */
  public static final class RunFailed extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public RunFailed(String message) {
      super(message, null);
    }

    public RunFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The reader of standard output went away: a quiet end. */
  public static final class ReaderGone extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public ReaderGone(Throwable cause) {
      super("the reader of standard output went away", cause);
    }
  }
}
