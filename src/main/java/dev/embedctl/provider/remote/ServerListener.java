package dev.embedctl.provider.remote;

/** Hears what there is to know of a server that is called. Called from many threads. */
@FunctionalInterface
public interface ServerListener {

  /** The run has learned something of the server, told in a sentence. */
  void learned(String sentence);

  /** A call was answered, well or not. */
  default void answered(Answer answer) {}
}
