package dev.embedctl.pipeline;

import dev.embedctl.provider.ProviderLimits;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Fills a request with what waits, in order, up to what the provider takes in one. */
final class RequestPacker {
  private final int texts;
  private final int tokens;

  private RequestPacker(int texts, int tokens) {
    this.texts = texts;
    this.tokens = tokens;
  }

  /**
   * A packer for a run: as many texts as asked for, the provider takes, and memory holds. The last
   * is so that every permit has a full request in flight and another one waiting.
   */
  static RequestPacker forRun(PipelineOptions options, ProviderLimits limits) {
    long held = options.memory() / (2L * options.concurrency() * Admission.VECTOR_BYTES);
    int texts =
        Math.min(
            options.textsPerRequest().orElse(limits.textsPerRequest()),
            Math.clamp(held, 1, limits.textsPerRequest()));
    int tokens =
        Math.min(
            options.tokensPerRequest().orElse(Integer.MAX_VALUE),
            limits.tokensPerRequest().orElse(Integer.MAX_VALUE));
    return new RequestPacker(texts, tokens);
  }

  /** Texts in a request, at most. */
  int texts() {
    return texts;
  }

  /** Takes the next request off the queue: at least one text, whatever its size. */
  List<TextPromise> take(Deque<TextPromise> waiting) {
    List<TextPromise> request = new ArrayList<>();
    long sum = 0;
    while (!waiting.isEmpty() && fits(request.size(), sum, waiting.peek().tokens())) {
      sum += waiting.peek().tokens();
      request.add(waiting.poll());
    }
    return request;
  }

  /** Whether a request that holds so much takes a text of so many tokens too. */
  boolean fits(int textsHeld, long tokensHeld, int more) {
    return textsHeld == 0 || (textsHeld < texts && tokensHeld + more <= tokens);
  }
}
