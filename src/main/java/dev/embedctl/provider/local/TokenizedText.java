package dev.embedctl.provider.local;

import dev.embedctl.provider.CountedText;

/** A text with the ids of those of its tokens that the model reads. */
final class TokenizedText implements CountedText {
  private final String text;
  private final int tokens;
  private final int[] ids;

  /**
   * A text.
   *
   * @param ids which are kept as they are, and fewer than the tokens where the text is too long
   */
  TokenizedText(String text, int tokens, int[] ids) {
    this.text = text;
    this.tokens = tokens;
    this.ids = ids;
  }

  @Override
  public String text() {
    return text;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  int[] ids() {
    return ids;
  }
}
