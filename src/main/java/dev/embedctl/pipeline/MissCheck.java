package dev.embedctl.pipeline;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.pipeline.TextCutter.Slice;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.TextLimit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Decides whether a text that is not in the cache may be sent, and as how many texts. */
final class MissCheck {
  /** A text with more characters for each token of the limit is not counted as a whole. */
  private static final int MOST_CHARS_PER_TOKEN = 16;

  private final EmbeddingProvider provider;
  private final TextCounts counts;
  private final OnMiss onMiss;
  private final Optional<TextLimit> averagedAbove;

  MissCheck(EmbeddingProvider provider, TextCounts counts, OnMiss onMiss) {
    this.provider = provider;
    this.counts = counts;
    this.onMiss = onMiss;
    this.averagedAbove =
        provider.spec().oversize() == Oversize.AVERAGE ? provider.longestText() : Optional.empty();
  }

  /** What a miss gets. */
  sealed interface Verdict {
    /** It may be sent as it stands. */
    record Whole(CountedText text) implements Verdict {}

    /** It may be sent, and is cut to what the model takes. */
    record Cut(CountedText text) implements Verdict {}

    /** Its windows are looked up and sent instead. */
    record Averaged(List<Window> windows) implements Verdict {
      public Averaged {
        windows = List.copyOf(windows);
      }
    }

    /** It may not be sent. */
    record Unsendable(FailureCode code, String message) implements Verdict {}
  }

  Verdict of(String text) {
    return averagedAbove
        .filter(limit -> isLong(text, limit))
        .flatMap(limit -> windows(text, limit))
        .orElseGet(() -> asOne(text));
  }

  /**
   * Whether the text is perhaps too long: counting the tokens of a very long text would take long.
   * The limit's own count is needed only where the provider cannot count.
   */
  private boolean isLong(String text, TextLimit limit) {
    boolean exact = provider.limits().tokensPerText().isPresent();
    return text.length() / MOST_CHARS_PER_TOKEN > limit.tokens()
        || !(counts.isWhole(text) || (!exact && limit.takes(text)));
  }

  /** A long text's windows; empty if the model takes the text as a whole after all. */
  private static Optional<Verdict> windows(String text, TextLimit limit) {
    Optional<List<Slice>> slices = new TextCutter(limit).cut(text);
    if (slices.isEmpty()) {
      return Optional.of(
          new Verdict.Unsendable(
              FailureCode.TOO_LONG,
              "the model takes "
                  + limit.tokens()
                  + " tokens, and its prompt leaves no room for a part of the text"));
    }
    if (slices.get().size() == 1 && limit.takes(text)) {
      return Optional.empty();
    }
    return Optional.of(
        new Verdict.Averaged(
            slices.get().stream()
                .filter(slice -> !slice.of(text).isBlank())
                .map(slice -> new Window(slice.of(text).strip(), slice.tokens()))
                .toList()));
  }

  private Verdict asOne(String text) {
    if (onMiss == OnMiss.FAIL) {
      return new Verdict.Unsendable(
          FailureCode.CACHE_MISS,
          "the text is not in the cache, and " + Parameter.CACHE_ONLY + " forbids to ask for it");
    }
    CountedText counted = counts.of(text);
    OptionalInt longest = provider.limits().tokensPerText();
    if (longest.isEmpty() || counted.tokens() <= longest.getAsInt()) {
      return new Verdict.Whole(counted);
    }
    if (provider.spec().oversize() == Oversize.TRUNCATE) {
      return new Verdict.Cut(counted);
    }
    return new Verdict.Unsendable(
        FailureCode.TOO_LONG,
        "the text has "
            + counted.tokens()
            + " tokens, "
            + provider.spec().model()
            + " takes "
            + longest.getAsInt()
            + "; shorten it, or say "
            + Parameter.OVERSIZE
            + " average or "
            + Parameter.OVERSIZE
            + " truncate");
  }
}
