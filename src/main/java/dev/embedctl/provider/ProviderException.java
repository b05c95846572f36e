package dev.embedctl.provider;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** A call returned no vectors. The message never contains a key. */
public abstract sealed class ProviderException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Effort effort;

  /**
   * What was done for the request.
   *
   * @param billed a failed call may be charged for
   */
  record Effort(int calls, int jobs, Long billed) implements Serializable {
    static final Effort ONE_CALL = new Effort(1, 0, null);
    static final Effort NONE = new Effort(0, 0, null);

    Effort after(int made) {
      return new Effort(made, jobs, billed);
    }

    Effort afterJobs(int made) {
      return new Effort(calls, made, billed);
    }

    Effort billing(OptionalLong tokens) {
      return new Effort(calls, jobs, tokens.isPresent() ? (Long) tokens.getAsLong() : null);
    }
  }

  private ProviderException(String message, Effort effort, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.effort = effort;
  }

  Effort effort() {
    return effort;
  }

  /** The number of calls made for the request. */
  public int attempts() {
    return effort.calls();
  }

  /** The number of calls and, before them, of jobs made for its texts. */
  public int attemptsWithJobs() {
    return effort.calls() + effort.jobs();
  }

  /** The tokens that the provider counted for the call, if its reply reports them. */
  public OptionalLong billed() {
    return effort.billed() == null ? OptionalLong.empty() : OptionalLong.of(effort.billed());
  }

  /** A copy with this number of calls. */
  public abstract ProviderException after(int calls);

  /** A copy with this number of jobs. */
  public abstract ProviderException afterJobs(int jobs);

  /** A copy with the tokens that the provider counted. */
  public abstract ProviderException billing(OptionalLong tokens);

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
      this(message, Effort.ONE_CALL, kind, retryAfter.orElse(null), cause);
    }

    private Transient(
        String message, Effort effort, Kind kind, Duration retryAfter, Throwable cause) {
      super(message, effort, cause);
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
      return new Transient(getMessage(), effort(), other, retryAfter, getCause());
    }

    @Override
    public Transient after(int calls) {
      return with(effort().after(calls));
    }

    @Override
    public Transient afterJobs(int jobs) {
      return with(effort().afterJobs(jobs));
    }

    @Override
    public Transient billing(OptionalLong tokens) {
      return with(effort().billing(tokens));
    }

    private Transient with(Effort made) {
      return new Transient(getMessage(), made, kind, retryAfter, getCause());
    }
  }

  /** The provider refused these texts; it may accept fewer of them. */
  public static final class Refused extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      this(message, Effort.ONE_CALL);
    }

    private Refused(String message, Effort effort) {
      super(message, effort, null);
    }

    @Override
    public Refused after(int calls) {
      return new Refused(getMessage(), effort().after(calls));
    }

    @Override
    public Refused afterJobs(int jobs) {
      return new Refused(getMessage(), effort().afterJobs(jobs));
    }

    @Override
    public Refused billing(OptionalLong tokens) {
      return new Refused(getMessage(), effort().billing(tokens));
    }
  }

  /** The call was not sent, since the run ends. */
  public static final class Unsent extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Unsent() {
      this(Effort.NONE);
    }

    private Unsent(Effort effort) {
      super("the run ends", effort, null);
    }

    @Override
    public Unsent after(int calls) {
      return new Unsent(effort().after(calls));
    }

    @Override
    public Unsent afterJobs(int jobs) {
      return new Unsent(effort().afterJobs(jobs));
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
      /** Another model answers than was requested, or than before. */
      MODEL_CHANGED,
      /** A server has another model than the one whose vectors the run has stored. */
      SERVERS,
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
      this(reason, message, Effort.ONE_CALL);
    }

    private Hopeless(Reason reason, String message, Effort effort) {
      super(message, effort, null);
      this.reason = Objects.requireNonNull(reason);
    }

    /** What the user has to change. */
    public Reason reason() {
      return reason;
    }

    @Override
    public Hopeless after(int calls) {
      return new Hopeless(reason, getMessage(), effort().after(calls));
    }

    @Override
    public Hopeless afterJobs(int jobs) {
      return new Hopeless(reason, getMessage(), effort().afterJobs(jobs));
    }

    @Override
    public Hopeless billing(OptionalLong tokens) {
      return new Hopeless(reason, getMessage(), effort().billing(tokens));
    }
  }
}
