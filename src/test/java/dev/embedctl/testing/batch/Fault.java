package dev.embedctl.testing.batch;

import java.io.IOException;

/** What happens to a call instead of a plain reply. */
@FunctionalInterface
public interface Fault {

  /**
   * Answers a call.
   *
   * @param work does what the call asks for
   */
  void answer(Work work, Connection connection) throws IOException;

  /** What a call asks for. */
  @FunctionalInterface
  interface Work {
    Reply carryOut();
  }

  /** The connection of a call. */
  interface Connection {
    void send(Reply reply) throws IOException;

    /** Sends the first half of the body, then ends the connection. */
    void sendHalf(Reply reply) throws IOException;

    /** Sends the first half of the body, then nothing, until the caller goes away. */
    void stall(Reply reply) throws IOException;

    /** Ends the connection. */
    void cut();
  }

  /** Nothing goes wrong. */
  static Fault none() {
    return (work, connection) -> connection.send(work.carryOut());
  }

  /** The call is carried out, but its reply is lost. */
  static Fault loseReply() {
    return (work, connection) -> {
      work.carryOut();
      connection.cut();
    };
  }

  /** The call is not carried out, and the connection ends without a reply. */
  static Fault loseCall() {
    return (work, connection) -> connection.cut();
  }

  /** The reply ends in the middle of its body. */
  static Fault cutReply() {
    return (work, connection) -> connection.sendHalf(work.carryOut());
  }

  /** The call is not carried out, and gets this reply. */
  static Fault instead(Reply reply) {
    return (work, connection) -> connection.send(reply);
  }

  /** Something happens before the call is carried out. */
  static Fault before(Runnable action) {
    return (work, connection) -> {
      action.run();
      connection.send(work.carryOut());
    };
  }

  /** Something happens after the call is carried out, and before its reply is sent. */
  static Fault beforeReply(Runnable action) {
    return (work, connection) -> {
      Reply reply = work.carryOut();
      action.run();
      connection.send(reply);
    };
  }

  /** Something happens after the reply was sent. */
  static Fault afterReply(Runnable action) {
    return (work, connection) -> {
      connection.send(work.carryOut());
      action.run();
    };
  }
}
