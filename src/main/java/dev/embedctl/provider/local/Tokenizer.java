package dev.embedctl.provider.local;

/** Converts texts to token ids. Thread-safe. */
interface Tokenizer extends AutoCloseable {

  /** The ids of all tokens, including special tokens. */
  int[] encode(String text);

  /** The ids of the text's beginning, including special tokens, up to a maximum number. */
  int[] encode(String text, int most);

  @Override
  void close();
}
