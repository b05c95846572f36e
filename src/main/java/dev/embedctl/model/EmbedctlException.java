package dev.embedctl.model;

/**
 * A failure that ends the run. The message is one line with the problem, its place, and what to do.
 * It is caught and turned into an exit code in one place.
 */
public abstract sealed class EmbedctlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private EmbedctlException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The command line is invalid, or a key is missing. */
  public static final class Usage extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public Usage(String message) {
      super(message, null);
    }
  }

  /** The input contains something that cannot be embedded. */
  public static final class InvalidInput extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public InvalidInput(String message) {
      super(message, null);
    }

    public InvalidInput(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The provider, the network, a disk or the cache failed. */
  public static final class RunFailed extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public RunFailed(String message) {
      super(message, null);
    }

    public RunFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The reader of standard output went away; the run ends without a message. */
  public static final class ReaderGone extends EmbedctlException {
    private static final long serialVersionUID = 1L;

    public ReaderGone(Throwable cause) {
      super("the reader of standard output went away", cause);
    }
  }
}
