package dev.embedctl.provider.remote;

/** Hears what there is to know of a server that is called. Called from many threads. */
@FunctionalInterface
public interface ServerListener {

  /** The run has learned something of the server, told in a sentence. */
  void learned(String sentence);

  /** Something of the server that a user may not expect, in a sentence. */
  default void warned(String sentence) {
    learned(sentence);
  }

  /** A call was answered, well or not. */
  default void answered(Answer answer) {}
}
