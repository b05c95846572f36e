package dev.embedctl.pipeline;

import dev.embedctl.provider.CountedText;
import java.util.Optional;

/** Counts the requests that texts fill, one after another. */
final class RequestCount {
  private final RequestPacker packer;
  private long requests;
  private Optional<RequestPacker.Filling> filling = Optional.empty();

  RequestCount(RequestPacker packer) {
    this.packer = packer;
  }

  /** One more text, in the request that is being filled or in a new one. */
  void add(CountedText text) {
    if (filling.isEmpty() || !filling.get().add(text)) {
      requests++;
      RequestPacker.Filling next = packer.begin();
      boolean unused = next.add(text); // an empty one takes any
      filling = Optional.of(next);
    }
  }

  /** Sends what there is: the next text begins a request. */
  void send() {
    filling = Optional.empty();
  }

  long requests() {
    return requests;
  }
}
