package dev.embedctl.provider.remote.api;

import java.util.Objects;

/** A line of a job's results. */
public sealed interface LineReply {

  /** The name of the line that it replies to. */
  String id();

  /**
   * The line has vectors.
   *
   * @param body the same as the body of a reply to a call
   */
  record Answered(String id, RawValue body) implements LineReply {
    public Answered {
      Objects.requireNonNull(id);
      Objects.requireNonNull(body);
    }
  }

  /** The line failed as a call with this status and body fails. */
  record Rejected(String id, int status, RawValue body) implements LineReply {
    public Rejected {
      Objects.requireNonNull(id);
      Objects.requireNonNull(body);
    }
  }

  /** The job ended before the line's turn. */
  record Unfinished(String id, String message) implements LineReply {
    public Unfinished {
      Objects.requireNonNull(id);
      Objects.requireNonNull(message);
    }
  }
}
