package dev.embedctl.cli;

import dev.embedctl.model.EmbedctlException;

/** What the process tells its caller. */
enum ExitCode {
  /** Every text has its embedding. */
  OK(0),
  /** Provider, network, disk or cache failed; nothing paid for is lost. */
  RUN_FAILED(1),
  /** The command line is wrong, or a key is missing. */
  USAGE(2),
  /** The input is invalid. */
  INVALID_INPUT(3),
  /** Collect mode: done, and some texts failed. */
  SOME_FAILED(4);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** The code for what ended a run. */
  static ExitCode of(EmbedctlException failure) {
    return switch (failure) {
      case EmbedctlException.Usage e -> USAGE;
      case EmbedctlException.InvalidInput e -> INVALID_INPUT;
      case EmbedctlException.RunFailed e -> RUN_FAILED;
      case EmbedctlException.ReaderGone e -> OK;
    };
  }
}
