package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderLimits;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a server is spoken to, as far as a run has learned.
 *
 * @param words the optional members that a request says
 * @param limits what a request may hold
 */
record Dialect(Set<Word> words, ProviderLimits limits) {

  /** A member of a request that some servers refuse. */
  enum Word {
    /** Asks for base64; without it vectors come as arrays of numbers. */
    ENCODING_FORMAT("encoding_format"),
    /** Asks for a length of vectors; without it they have the model's own. */
    DIMENSIONS("dimensions");

    private final String said;

    Word(String said) {
      this.said = said;
    }

    @Override
    public String toString() {
      return said;
    }
  }

  Dialect {
    words = Set.copyOf(words);
  }

  boolean says(Word word) {
    return words.contains(word);
  }

  Dialect without(Word word) {
    Set<Word> fewer = EnumSet.noneOf(Word.class);
    fewer.addAll(words);
    fewer.remove(word);
    return new Dialect(fewer, limits);
  }

  Dialect within(ProviderLimits other) {
    return new Dialect(words, other);
  }
}
