package dev.embedctl.doctor;

import dev.embedctl.doctor.Observations.Failure;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.util.Optional;

/** Explains a call that returned no vectors, and gives advice. */
final class FailureCheck {

  private final Subject subject;
  private final ProviderException exception;

  private FailureCheck(Subject subject, Failure failure) {
    this.subject = subject;
    this.exception = failure.exception();
  }

  /** The finding if no earlier call returned vectors. */
  static Finding ofTheFirst(Subject subject, Failure failure) {
    return new FailureCheck(subject, failure).fail();
  }

  /** The finding if earlier calls returned vectors: a temporary failure is only a warning. */
  static Finding ofALater(Subject subject, Failure failure) {
    FailureCheck check = new FailureCheck(subject, failure);
    return check.exception instanceof Transient e && e.kind() != Kind.BAD_REPLY
        ? Finding.warn(
            check.name(),
            "a later call failed: " + e.getMessage(),
            "the later checks were skipped; a run would retry that call"
                + check.wait(e).map(wait -> ", " + wait).orElse(""))
        : check.fail();
  }

  private Finding fail() {
    return Finding.fail(name(), exception.getMessage(), advice());
  }

  private String name() {
    return switch (exception) {
      case Transient e -> name(e.kind());
      case Hopeless e -> name(e.reason());
      case ProviderException.Refused e -> "answer";
      case ProviderException.Unsent e -> "answer";
    };
  }

  private String name(Kind kind) {
    return switch (kind) {
      case RATE_LIMITED, CROWDED_OUT -> "rate limit";
      case UNREACHED, CUT_OFF, NO_REPLY, TIMED_OUT ->
          subject.address().isPresent() ? "connection" : "model";
      case OVERLOADED, LOADING, SERVER_ERROR, BAD_REPLY, MISUNDERSTOOD -> "answer";
    };
  }

  private static String name(Reason reason) {
    return switch (reason) {
      case KEY, CREDENTIALS -> "key";
      case MONEY -> "money";
      case MODEL, MODEL_CHANGED, SERVERS, ADDRESS -> "model";
      case PROXY, CERTIFICATE, CLOCK -> "connection";
      case DIMENSIONS, INPUT_TYPE, PARAMETER -> "answer";
      case BUDGET, PATIENCE -> "rate limit";
    };
  }

  private Optional<String> advice() {
    return switch (exception) {
      case Transient e -> transientAdvice(e);
      case Hopeless e -> hopelessAdvice(e.reason());
      case ProviderException.Refused e -> Optional.empty();
      case ProviderException.Unsent e -> Optional.empty();
    };
  }

  private Optional<String> transientAdvice(Transient failure) {
    return switch (failure.kind()) {
      case RATE_LIMITED, OVERLOADED, CROWDED_OUT, LOADING ->
          Optional.of("try again " + wait(failure).orElse("in a minute"));
      case SERVER_ERROR -> Optional.of("try again later, or check the server's log");
      case NO_REPLY -> Optional.of("try again, with a longer timeout");
      case CUT_OFF ->
          Optional.of(
              "check that the address belongs to an API, and whether it needs http or https");
      case BAD_REPLY ->
          subject.spec().dimensions().isPresent()
              ? Optional.of("omit the dimensions, or use another model")
              : Optional.of("check that the address is that of this provider's API");
      case UNREACHED, TIMED_OUT, MISUNDERSTOOD -> Optional.empty();
    };
  }

  private Optional<String> wait(Transient failure) {
    return failure.retryAfter().map(wait -> "in " + ServerChecks.inWords(wait));
  }

  private Optional<String> hopelessAdvice(Reason reason) {
    return switch (reason) {
      case KEY ->
          subject.givenKey().isPresent()
              ? Optional.empty()
              : Optional.of(
                  subject
                      .keyVariable()
                      .map(variable -> "put its key into " + variable)
                      .orElse("put its key into a variable of the environment"));
      case ADDRESS -> Optional.of("check that the address is that of this provider's API");
      case MODEL -> Optional.of("check the spelling of the model's name");
      case MODEL_CHANGED,
          SERVERS,
          MONEY,
          PROXY,
          CERTIFICATE,
          CREDENTIALS,
          CLOCK,
          DIMENSIONS,
          INPUT_TYPE,
          PARAMETER,
          BUDGET,
          PATIENCE ->
          Optional.empty();
    };
  }
}
