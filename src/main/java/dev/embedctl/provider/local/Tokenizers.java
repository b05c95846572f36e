package dev.embedctl.provider.local;

import java.nio.file.Path;

/** Selects the tokenizer for a model. */
final class Tokenizers {
  private Tokenizers() {}

  /** The tokenizer that a {@code tokenizer.json} describes. */
  static Tokenizer read(Path file) {
    JsonValue json = JsonValue.read(file);
    return WordPieceTokenizer.describedBy(json)
        ? WordPieceTokenizer.of(json, file)
        : new GeneralTokenizer(file);
  }
}
