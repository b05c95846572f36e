package dev.embedctl.provider.local;

/** Turns a text into what a model reads. Safe for many threads at once. */
interface Tokenizer extends AutoCloseable {

  /** The tokens' ids, special tokens included, however many they are. */
  int[] encode(String text);

  /** The ids of the text's beginning, special tokens included, so many at most. */
  int[] encode(String text, int most);

  @Override
  void close();
}
