package dev.embedctl.pipeline;

import dev.embedctl.provider.CountedText;
import java.util.Optional;

/** Counts the requests for a sequence of texts. */
final class RequestCount {
  private final RequestPacker packer;
  private long requests;
  private Optional<RequestPacker.Filling> filling = Optional.empty();

  RequestCount(RequestPacker packer) {
    this.packer = packer;
  }

  /** Adds a text to the current request or to a new one. */
  void add(CountedText text) {
    if (filling.isEmpty() || !filling.get().add(text)) {
      requests++;
      RequestPacker.Filling next = packer.begin();
      boolean unused = next.add(text); // an empty request takes any text
      filling = Optional.of(next);
    }
  }

  /** Ends the current request; the next text begins a new one. */
  void send() {
    filling = Optional.empty();
  }

  long requests() {
    return requests;
  }
}
