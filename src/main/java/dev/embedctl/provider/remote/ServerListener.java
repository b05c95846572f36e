package dev.embedctl.provider.remote;

/** Receives facts about a server that is called. Called from many threads. */
@FunctionalInterface
public interface ServerListener {

  /** The run has learned a fact about the server, given as a sentence. */
  void learned(String sentence);

  /** An unexpected fact about the server, given as a sentence. */
  default void warned(String sentence) {
    learned(sentence);
  }

  /** A call was answered, with vectors or an error. */
  default void answered(Answer answer) {}
}
