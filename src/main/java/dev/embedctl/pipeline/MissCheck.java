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

/** Decides whether a text that is not in the cache is sent, as a whole or in windows. */
final class MissCheck {
  /** A text with more characters for each token of the limit is cut without counting it. */
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

  /** The treatment of a miss. */
  sealed interface Verdict {
    /** It is sent unchanged. */
    record Whole(CountedText text) implements Verdict {}

    /** It is sent and cut to the model's limit. */
    record Cut(CountedText text) implements Verdict {}

    /** Its windows are looked up and sent instead. */
    record Averaged(List<Window> windows) implements Verdict {
      public Averaged {
        windows = List.copyOf(windows);
      }
    }

    /** It is not sent. */
    record Unsendable(FailureCode code, String message) implements Verdict {}
  }

  Verdict of(String text) {
    return averagedAbove
        .filter(limit -> isLong(text, limit))
        .flatMap(limit -> windows(text, limit))
        .orElseGet(() -> asOne(text));
  }

  /**
   * Whether the text may be too long. A very long text is not counted, since that would take long.
   * The limit's own count is needed only if the provider's count is not exact.
   */
  private boolean isLong(String text, TextLimit limit) {
    boolean exact = provider.limits().tokensPerText().isPresent();
    return text.length() / MOST_CHARS_PER_TOKEN > limit.tokens()
        || !(counts.isWhole(text) || (!exact && limit.takes(text)));
  }

  /** The windows of a long text; empty if the model takes the whole text after all. */
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
          "the text is not in the cache, and " + Parameter.CACHE_ONLY + " forbids sending it");
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
            + "; shorten it, or set "
            + Parameter.OVERSIZE
            + " average or "
            + Parameter.OVERSIZE
            + " truncate");
  }
}
