package dev.embedctl.pipeline;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderLimits;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Fills requests with waiting texts, in order, up to the provider's limits. The limits are read for
 * each request, since a run may learn lower ones.
 */
final class RequestPacker {
  /** The bytes of a request's body besides its texts: the model's name and the options. */
  private static final int BYTES_AROUND_TEXTS = 1024;

  private final PipelineOptions options;
  private final EmbeddingProvider provider;
  private final long heldTexts;

  /**
   * A packer for a run. The number of texts is limited by the options, by the provider, and by the
   * memory for one full request in flight and another one waiting for each permit.
   */
  RequestPacker(PipelineOptions options, EmbeddingProvider provider) {
    this.options = options;
    this.provider = provider;
    this.heldTexts = options.memory() / (2L * options.concurrency() * PipelineOptions.VECTOR_BYTES);
  }

  /** The limits of one request. */
  record Room(int texts, long tokens, long bytes) {}

  /** The most texts in a request. */
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

  /** An empty request. */
  Filling begin() {
    return new Filling(room());
  }

  /** Takes the texts of the next request from the queue: at least one, whatever its size. */
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

    /** Adds a text if there is room for it; returns whether it was added. */
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
