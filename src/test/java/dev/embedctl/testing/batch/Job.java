package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A job of the server. */
public final class Job {
  /** Where a job is. */
  public enum State {
    QUEUED,
    RUNNING,
    FINISHING,
    COMPLETED,
    EXPIRED,
    FAILED,
    CANCELLING,
    CANCELLED;

    boolean isEnd() {
      return switch (this) {
        case COMPLETED, EXPIRED, FAILED, CANCELLED -> true;
        case QUEUED, RUNNING, FINISHING, CANCELLING -> false;
      };
    }
  }

  /** What becomes of a line of a job. */
  public enum Fate {
    ANSWERED,
    /** The line is at fault. */
    REFUSED,
    /** The server is at fault. */
    BROKEN,
    /** The job ended before the line's turn. */
    UNFINISHED,
    /** It is in no file. */
    MISSING,
    /** It is answered twice. */
    DOUBLED,
    /** Its vectors are of other texts' length. */
    MISSHAPEN
  }

  /** A line of a job's input. */
  public record Line(String id, List<String> texts, JsonNode request) {
    long tokens() {
      return texts.stream().mapToLong(text -> Math.ceilDiv(text.length(), 4)).sum();
    }
  }

  final String id;
  final String label;
  final Optional<String> input;
  final JsonNode request;
  final List<Line> lines;
  final Deque<State> course = new ArrayDeque<>();
  State state = State.QUEUED;
  String failure = "";
  Optional<String> output = Optional.empty();
  Optional<String> errors = Optional.empty();
  int answered;
  int refused;

  Job(String id, String label, Optional<String> input, JsonNode request, List<Line> lines) {
    this.id = id;
    this.label = label;
    this.input = input;
    this.request = request;
    this.lines = lines;
  }

  public String id() {
    return id;
  }

  public String label() {
    return label;
  }

  public State state() {
    return state;
  }

  public List<Line> lines() {
    return lines;
  }

  long tokens() {
    return lines.stream().mapToLong(Line::tokens).sum();
  }
}
