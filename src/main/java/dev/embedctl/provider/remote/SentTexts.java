package dev.embedctl.provider.remote;

import dev.embedctl.model.Oversize;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.TokenCounter;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Texts as they are sent: with the prefix of a model, and cut if the spec asks for that. */
final class SentTexts {
  private final String prefix;
  private final Oversize oversize;
  private final Supplier<ProviderLimits> limits;

  SentTexts(String prefix, Oversize oversize, Supplier<ProviderLimits> limits) {
    this.prefix = prefix;
    this.oversize = oversize;
    this.limits = limits;
  }

  /** The tokens that the model sees in a text. */
  int tokens(String text) {
    return tokensOfSent(prefix + text);
  }

  private int tokensOfSent(String text) {
    int bytes = TokenCounter.utf8Length(text);
    OptionalInt longest = limits.get().tokensPerText();
    return longest.isPresent() && bytes > longest.getAsInt()
        ? TokenCounter.count(text)
        : Math.ceilDiv(bytes, 4);
  }

  List<String> of(List<String> texts) {
    OptionalInt longest =
        oversize == Oversize.TRUNCATE ? limits.get().tokensPerText() : OptionalInt.empty();
    if (prefix.isEmpty() && longest.isEmpty()) {
      return texts;
    }
    return texts.stream().map(text -> cut(prefix + text, longest)).toList();
  }

  private String cut(String text, OptionalInt longest) {
    return longest.isPresent() && tokensOfSent(text) > longest.getAsInt()
        ? TokenCounter.cut(text, longest.getAsInt())
        : text;
  }
}
