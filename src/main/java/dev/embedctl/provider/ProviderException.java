package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** A call that brought no vectors. Its message never holds a key. */
public abstract sealed class ProviderException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int attempts;
  private final Long billed; // a call that failed may be paid for all the same

  private ProviderException(String message, int attempts, Long billed, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.attempts = attempts;
    this.billed = billed;
  }

  /** Calls made, the first included. */
  public int attempts() {
    return attempts;
  }

  /** Tokens that the provider counted for the call, where its reply says so. */
  public OptionalLong billed() {
    return billed == null ? OptionalLong.empty() : OptionalLong.of(billed);
  }

  /** The same failure, after so many calls. */
  public abstract ProviderException after(int calls);

  /** The same failure, for which the provider counted tokens. */
  public abstract ProviderException billing(OptionalLong tokens);

  private static Long orNone(OptionalLong tokens) {
    return tokens.isPresent() ? (Long) tokens.getAsLong() : null;
  }

  /** It may go better the next time: an overload, a timeout, a broken connection, a bad reply. */
  public static final class Transient extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final Kind kind;

    /** What was transient about it. */
    public enum Kind {
      /** 429: too many calls or tokens for the account. */
      RATE_LIMITED,
      /** 503, 529: too many for the provider. */
      OVERLOADED,
      /** The same, while other calls are admitted: a limit that the provider does not name. */
      CROWDED_OUT,
      /** The provider loads its model, and answers no call yet. */
      LOADING,
      /** Any other status that may heal. */
      SERVER_ERROR,
      /** There was no connection: nothing was sent. */
      UNREACHED,
      /**
       * The connection was gone before the reply began: a server may close one that has been idle
       * at the moment when the next call is sent on it.
       */
      CUT_OFF,
      /** It was sent, and no whole reply came. */
      NO_REPLY,
      /** It was sent, and the reply was not whole within the time of a call. */
      TIMED_OUT,
      /** A reply came that cannot be right. */
      BAD_REPLY,
      /** The server does not know how it was spoken to; the next call speaks otherwise. */
      MISUNDERSTOOD;

      /** Whether the provider may charge for it all the same. */
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

    /** One call that failed, with the wait that the provider asked for, if it did. */
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

    /** The wait that the provider asked for. */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }

    /**
     * Whether the provider merely asks for patience: a call that it put off so is no attempt that
     * failed.
     */
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

    /** Whether it uses up one of the attempts that a request has. */
    public boolean isAttempt() {
      return !asksToWait() && kind != Kind.MISUNDERSTOOD;
    }

    /** The same failure, of another kind by what is known of other calls. */
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

  /** The provider will not embed these texts; with fewer of them it might. */
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

  /** It was never sent: the run ends. */
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

  /** No call of this run can succeed: a key refused, no money left, an unknown model. */
  public static final class Hopeless extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What would have to change. */
    public enum Reason {
      /** The key was refused, or there is none. */
      KEY,
      /** The account has no money or quota left. */
      MONEY,
      /** There is no such model, or it gives no embeddings. */
      MODEL,
      /** Another model answers than before in the run. */
      MODEL_CHANGED,
      /** There is no API at the address, or another one. */
      ADDRESS,
      /** The proxy refuses the call. */
      PROXY,
      /** The server's certificate is not trusted. */
      CERTIFICATE,
      /** The vectors' length cannot be asked for, or is another. */
      DIMENSIONS,
      /** What the texts are for cannot be stated. */
      INPUT_TYPE,
      /** Something else that all requests of the run have in common. */
      PARAMETER,
      /** The run's own limit of tokens or money is reached. */
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

    /** What would have to change. */
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
