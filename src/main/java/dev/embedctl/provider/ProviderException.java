package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** A call returned no vectors. The message never contains a key. */
public abstract sealed class ProviderException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int attempts;
  private final Long billed; // a failed call may be charged for

  private ProviderException(String message, int attempts, Long billed, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.attempts = attempts;
    this.billed = billed;
  }

  /** The number of calls made for the request. */
  public int attempts() {
    return attempts;
  }

  /** The tokens that the provider counted for the call, if its reply reports them. */
  public OptionalLong billed() {
    return billed == null ? OptionalLong.empty() : OptionalLong.of(billed);
  }

  /** A copy with this number of calls. */
  public abstract ProviderException after(int calls);

  /** A copy with the tokens that the provider counted. */
  public abstract ProviderException billing(OptionalLong tokens);

  private static Long orNone(OptionalLong tokens) {
    return tokens.isPresent() ? (Long) tokens.getAsLong() : null;
  }

  /** A retry may succeed: after an overload, a timeout, a broken connection, a bad reply. */
  public static final class Transient extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final Kind kind;

    /** The kind of a transient failure. */
    public enum Kind {
      /** 429: too many calls or tokens for the account. */
      RATE_LIMITED,
      /** 503, 529: the provider is overloaded. */
      OVERLOADED,
      /** The same, while other calls succeed: an undocumented limit of calls at once. */
      CROWDED_OUT,
      /** The provider is loading its model and does not answer yet. */
      LOADING,
      /** Any other status of a temporary failure. */
      SERVER_ERROR,
      /** There was no connection: nothing was sent. */
      UNREACHED,
      /**
       * The connection was closed before the reply began. A server may close an idle connection
       * just when the next call is sent.
       */
      CUT_OFF,
      /** The call was sent, but no complete reply came. */
      NO_REPLY,
      /** The call was sent, but no complete reply came within the timeout. */
      TIMED_OUT,
      /** The reply is invalid. */
      BAD_REPLY,
      /** The server did not understand the form of the request; the next call uses another. */
      MISUNDERSTOOD;

      /** Whether the provider may charge for the failed call. */
      public boolean mayBePaid() {
        return switch (this) {
          case CUT_OFF, NO_REPLY, TIMED_OUT, BAD_REPLY -> true;
          case RATE_LIMITED,
              OVERLOADED,
              CROWDED_OUT,
              LOADING,
              SERVER_ERROR,
              UNREACHED,
              MISUNDERSTOOD ->
              false;
        };
      }
    }

    /** A failed call, with the wait that the provider requested, if any. */
    public Transient(String message, Kind kind, Optional<Duration> retryAfter, Throwable cause) {
      this(message, 1, null, kind, retryAfter.orElse(null), cause);
    }

    private Transient(
        String message,
        int attempts,
        Long billed,
        Kind kind,
        Duration retryAfter,
        Throwable cause) {
      super(message, attempts, billed, cause);
      this.kind = Objects.requireNonNull(kind);
      this.retryAfter = retryAfter;
    }

    public Kind kind() {
      return kind;
    }

    /** The wait that the provider requested. */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }

    /** Whether the provider only asks to wait. Such a call does not count as a failed attempt. */
    public boolean asksToWait() {
      return switch (kind) {
        case RATE_LIMITED, CROWDED_OUT, LOADING -> true;
        case OVERLOADED,
            SERVER_ERROR,
            UNREACHED,
            CUT_OFF,
            NO_REPLY,
            TIMED_OUT,
            BAD_REPLY,
            MISUNDERSTOOD ->
            retryAfter != null;
      };
    }

    /** Whether it counts as one of the attempts that a request has. */
    public boolean isAttempt() {
      return !asksToWait() && kind != Kind.MISUNDERSTOOD;
    }

    /** A copy with another kind, after comparison with other calls. */
    public Transient as(Kind other) {
      return new Transient(
          getMessage(), attempts(), orNone(billed()), other, retryAfter, getCause());
    }

    @Override
    public Transient after(int calls) {
      return new Transient(getMessage(), calls, orNone(billed()), kind, retryAfter, getCause());
    }

    @Override
    public Transient billing(OptionalLong tokens) {
      return new Transient(getMessage(), attempts(), orNone(tokens), kind, retryAfter, getCause());
    }
  }

  /** The provider refused these texts; it may accept fewer of them. */
  public static final class Refused extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      this(message, 1, null);
    }

    private Refused(String message, int attempts, Long billed) {
      super(message, attempts, billed, null);
    }

    @Override
    public Refused after(int calls) {
      return new Refused(getMessage(), calls, orNone(billed()));
    }

    @Override
    public Refused billing(OptionalLong tokens) {
      return new Refused(getMessage(), attempts(), orNone(tokens));
    }
  }

  /** The call was not sent, since the run ends. */
  public static final class Unsent extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Unsent() {
      this(0);
    }

    private Unsent(int attempts) {
      super("the run ends", attempts, null, null);
    }

    @Override
    public Unsent after(int calls) {
      return new Unsent(calls);
    }

    @Override
    public Unsent billing(OptionalLong tokens) {
      return this; // nobody is charged for it
    }
  }

  /** No call of this run can succeed: the key is refused, there is no credit, no such model. */
  public static final class Hopeless extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What the user has to change. */
    public enum Reason {
      /** The key was refused, or there is none. */
      KEY,
      /** The machine's credentials for a cloud were refused or have ended, or there are none. */
      CREDENTIALS,
      /** This machine's clock is wrong. */
      CLOCK,
      /** The account has no money or quota left. */
      MONEY,
      /** There is no such model, or it makes no embeddings. */
      MODEL,
      /** Another model answers than before in the run. */
      MODEL_CHANGED,
      /** There is no API at the address, or not this provider's. */
      ADDRESS,
      /** The proxy refuses the call. */
      PROXY,
      /** The server's certificate is not trusted. */
      CERTIFICATE,
      /** The requested dimensions are not supported, or were ignored. */
      DIMENSIONS,
      /** The input type is not supported. */
      INPUT_TYPE,
      /** Another parameter that is the same in all requests. */
      PARAMETER,
      /** The run's limit of tokens or money is reached. */
      BUDGET,
      /** The provider asks for a longer wait than the run allows. */
      PATIENCE
    }

    public Hopeless(Reason reason, String message) {
      this(reason, message, 1, null);
    }

    private Hopeless(Reason reason, String message, int attempts, Long billed) {
      super(message, attempts, billed, null);
      this.reason = Objects.requireNonNull(reason);
    }

    /** What the user has to change. */
    public Reason reason() {
      return reason;
    }

    @Override
    public Hopeless after(int calls) {
      return new Hopeless(reason, getMessage(), calls, orNone(billed()));
    }

    @Override
    public Hopeless billing(OptionalLong tokens) {
      return new Hopeless(reason, getMessage(), attempts(), orNone(tokens));
    }
  }
}
