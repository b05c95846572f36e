package dev.embedctl.cli.console;

import dev.embedctl.model.EmbedctlException;

/** The exit codes of the process. */
public enum ExitCode {
  OK(0, "Every text has its embedding."),
  RUN_FAILED(1, "Provider, network, disk or cache failed; nothing paid for is lost."),
  USAGE(2, "The command line is wrong, or a key is missing."),
  INVALID_INPUT(3, "The input is invalid."),
  SOME_FAILED(4, "With --on-error collect: done, and some texts failed."),
  PENDING(75, "With --lane async and --wait: jobs are pending; the same command continues later.");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  /** A sentence for the manual. */
  public String meaning() {
    return meaning;
  }

  /** The code for a failure. */
  public static ExitCode of(EmbedctlException failure) {
    return switch (failure) {
      case EmbedctlException.Usage e -> USAGE;
      case EmbedctlException.InvalidInput e -> INVALID_INPUT;
      case EmbedctlException.RunFailed e -> RUN_FAILED;
      case EmbedctlException.ReaderGone e -> OK;
    };
  }
}
