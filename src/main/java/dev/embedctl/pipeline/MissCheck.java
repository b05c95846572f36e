package dev.embedctl.pipeline;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.EmbeddingProvider;
import java.util.OptionalInt;

/** Decides whether a text that is not in the cache may be sent. */
final class MissCheck {
  private final EmbeddingProvider provider;
  private final OnMiss onMiss;

  MissCheck(EmbeddingProvider provider, OnMiss onMiss) {
    this.provider = provider;
    this.onMiss = onMiss;
  }

  /** What a miss gets. */
  sealed interface Verdict {
    /** It may be sent as it stands. */
    record Whole(int tokens) implements Verdict {}

    /** It may be sent, and is cut to what the model takes. */
    record Cut(int tokens) implements Verdict {}

    /** It may not be sent. */
    record Unsendable(FailureCode code, String message) implements Verdict {}
  }

  Verdict of(String text) {
    if (onMiss == OnMiss.FAIL) {
      return new Verdict.Unsendable(
          FailureCode.CACHE_MISS,
          "the text is not in the cache, and " + Parameter.CACHE_ONLY + " forbids to ask for it");
    }
    int tokens = provider.tokens(text);
    OptionalInt longest = provider.limits().tokensPerText();
    if (longest.isEmpty() || tokens <= longest.getAsInt()) {
      return new Verdict.Whole(tokens);
    }
    if (provider.spec().oversize() == Oversize.TRUNCATE) {
      return new Verdict.Cut(tokens);
    }
    return new Verdict.Unsendable(
        FailureCode.TOO_LONG,
        "the text has "
            + tokens
            + " tokens, "
            + provider.spec().model()
            + " takes "
            + longest.getAsInt()
            + "; shorten it or say "
            + Parameter.OVERSIZE
            + " truncate");
  }
}
