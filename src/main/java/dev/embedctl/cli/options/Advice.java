package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import java.util.Optional;
import java.util.stream.Stream;

/** Advice for failures, with the names of options, which only the command line has. */
public final class Advice {
  private Advice() {}

  /**
   * The message of a failure, with the option to change if there is one and the message lacks it.
   */
  public static String on(EmbedctlException failure) {
    String message = failure.getMessage();
    return causes(failure)
        .flatMap(cause -> option(cause).stream())
        .findFirst()
        .filter(advice -> !message.contains(advice))
        .map(advice -> message + "; " + advice)
        .orElse(message);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static Optional<String> option(Throwable cause) {
    return switch (cause) {
      case Hopeless e -> option(e.reason());
      case Transient e when e.kind() == Transient.Kind.TIMED_OUT ->
          Optional.of("increase --timeout, or reduce --texts-per-request or --concurrency");
      default -> Optional.empty();
    };
  }

  private static Optional<String> option(Hopeless.Reason reason) {
    return switch (reason) {
      case KEY -> Optional.of("--api-key-env names another variable");
      case MODEL -> Optional.of("--model names another model");
      case ADDRESS -> Optional.of("--base-url gives another address");
      case DIMENSIONS -> Optional.of("omit --dimensions, or choose another --model");
      case INPUT_TYPE ->
          Optional.of("omit --input-type, and add what the model's page requires with --template");
      case PATIENCE -> Optional.of("a longer --max-wait allows it");
      case CREDENTIALS,
          CLOCK,
          MODEL_CHANGED,
          SERVERS,
          MONEY,
          PROXY,
          CERTIFICATE,
          PARAMETER,
          BUDGET ->
          Optional.empty();
    };
  }
}
