package dev.embedctl.pipeline;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderLimits;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Fills a request with what waits, in order, up to what the provider takes in one: it is asked anew
 * for each request, since a run may learn that it takes less.
 */
final class RequestPacker {
  /** What a request's body has beside its texts: the model's name, the options. */
  private static final int BYTES_AROUND_TEXTS = 1024;

  private final PipelineOptions options;
  private final EmbeddingProvider provider;
  private final long heldTexts;

  /**
   * A packer for a run: as many texts as asked for, the provider takes, and memory holds. The last
   * is so that every permit has a full request in flight and another one waiting.
   */
  RequestPacker(PipelineOptions options, EmbeddingProvider provider) {
    this.options = options;
    this.provider = provider;
    this.heldTexts = options.memory() / (2L * options.concurrency() * PipelineOptions.VECTOR_BYTES);
  }

  /** What one request may hold. */
  record Room(int texts, long tokens, long bytes) {}

  /** Texts in a request, at most. */
  int texts() {
    return room().texts();
  }

  private Room room() {
    ProviderLimits limits = provider.limits();
    int most = limits.textsPerRequest();
    return new Room(
        Math.min(options.textsPerRequest().orElse(most), Math.clamp(heldTexts, 1, most)),
        Math.min(
            options.tokensPerRequest().orElse(Integer.MAX_VALUE),
            limits.tokensPerRequest().orElse(Integer.MAX_VALUE)),
        limits.bytesPerRequest().orElse(Integer.MAX_VALUE));
  }

  /** A request that nothing has been put into yet. */
  Filling begin() {
    return new Filling(room());
  }

  /** Takes the next request off the queue: at least one text, whatever its size. */
  List<TextPromise> take(Deque<TextPromise> waiting) {
    List<TextPromise> request = new ArrayList<>();
    Filling filling = begin();
    while (!waiting.isEmpty() && filling.add(waiting.peek().counted())) {
      request.add(waiting.poll());
    }
    return request;
  }

  /** A request that is being filled. */
  final class Filling {
    private final Room room;
    private int texts;
    private long tokens;
    private long bytes = BYTES_AROUND_TEXTS;

    private Filling(Room room) {
      this.room = room;
    }

    /** Puts one more text into it; returns false, and does not, where it has no room for it. */
    boolean add(CountedText text) {
      long moreBytes = room.bytes() == Integer.MAX_VALUE ? 0 : provider.bytes(text.text());
      boolean fits =
          texts < room.texts()
              && tokens + text.tokens() <= room.tokens()
              && bytes + moreBytes <= room.bytes();
      if (texts > 0 && !fits) {
        return false;
      }
      texts++;
      tokens += text.tokens();
      bytes += moreBytes;
      return true;
    }
  }
}
