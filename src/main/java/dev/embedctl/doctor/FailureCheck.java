package dev.embedctl.doctor;

import dev.embedctl.doctor.Observations.Failure;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.Answer;
import java.net.URI;
import java.util.Optional;

/** What a call that brought no vectors means, and what to do then. */
final class FailureCheck {
  private static final int NO_ANSWER = 0;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Subject subject;
  private final ProviderException exception;
  private final int status;

  private FailureCheck(Subject subject, Failure failure) {
    this.subject = subject;
    this.exception = failure.exception();
    this.status = failure.answer().map(Answer::status).orElse(NO_ANSWER);
  }

  /** The finding where no call before brought any vectors. */
  static Finding ofTheFirst(Subject subject, Failure failure) {
    return new FailureCheck(subject, failure).fail();
  }

  /** The finding where calls before brought vectors: what may heal does not make it useless. */
  static Finding ofALater(Subject subject, Failure failure) {
    FailureCheck check = new FailureCheck(subject, failure);
    return check.exception instanceof Transient e && e.kind() != Kind.BAD_REPLY
        ? Finding.warn(
            check.name(),
            "a later call failed: " + e.getMessage(),
            "what follows was not looked at; a run would try that call again"
                + check.wait(e).map(wait -> ", " + wait).orElse(""))
        : check.fail();
  }

  private Finding fail() {
    return Finding.fail(name(), exception.getMessage(), advice());
  }

  private String name() {
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN -> "key";
      case NOT_FOUND, METHOD_NOT_ALLOWED -> "model";
      case TOO_MANY_REQUESTS -> "rate limit";
      case NO_ANSWER ->
          exception instanceof Transient && subject.address().isPresent() ? "connection" : "model";
      default -> "answer";
    };
  }

  private Optional<String> advice() {
    return switch (exception) {
      case Transient e -> transientAdvice(e);
      case ProviderException.Hopeless e -> hopelessAdvice();
      case ProviderException.Refused e -> Optional.empty();
      case ProviderException.Unsent e -> Optional.empty();
    };
  }

  private Optional<String> transientAdvice(Transient failure) {
    return switch (failure.kind()) {
      case RATE_LIMITED, OVERLOADED ->
          Optional.of("try again " + wait(failure).orElse("in a minute"));
      case SERVER_ERROR -> Optional.of("try again later, or look into the server's log");
      case NO_REPLY -> Optional.of("try again, with a longer --timeout");
      case CUT_OFF -> Optional.of("see that the address is an API's, and http or https as it is");
      case BAD_REPLY ->
          subject.spec().dimensions().isPresent()
              ? Optional.of("leave --dimensions out, or take another --model")
              : missingPath().or(() -> Optional.of("see that the address is this provider's API"));
      case UNREACHED, MISUNDERSTOOD -> Optional.empty();
    };
  }

  private Optional<String> wait(Transient failure) {
    return failure.retryAfter().map(wait -> "in " + ServerChecks.inWords(wait));
  }

  private Optional<String> hopelessAdvice() {
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN ->
          subject.givenKey().isPresent()
              ? Optional.empty()
              : Optional.of(
                  subject
                      .keyVariable()
                      .map(variable -> "put its key into " + variable)
                      .orElse("name the variable that holds its key with --api-key-env"));
      case NOT_FOUND, METHOD_NOT_ALLOWED ->
          missingPath().or(() -> Optional.of("see that --model is spelt as the server has it"));
      default -> Optional.empty();
    };
  }

  /** What the provider's own address ends in, and this one does not. */
  private Optional<String> missingPath() {
    String usual = subject.usualAddress().map(FailureCheck::path).orElse("");
    return subject
        .address()
        .filter(address -> !usual.isEmpty() && !path(address).endsWith(usual))
        .map(address -> "--base-url may want " + usual + " at its end, as the provider's own has");
  }

  private static String path(URI address) {
    return String.valueOf(address.getPath()).replaceAll("/+$", "");
  }
}
