package dev.embedctl.pipeline;

/** Counts the requests that texts fill, one after another. */
final class RequestCount {
  private final RequestPacker packer;
  private long requests;
  private int texts;
  private long tokens;

  RequestCount(RequestPacker packer) {
    this.packer = packer;
  }

  /** One more text, in the request that is being filled or in a new one. */
  void add(int more) {
    if (texts == 0 || !packer.fits(texts, tokens, more)) {
      requests++;
      texts = 0;
      tokens = 0;
    }
    texts++;
    tokens += more;
  }

  /** Sends what there is: the next text begins a request. */
  void send() {
    texts = 0;
    tokens = 0;
  }

  long requests() {
    return requests;
  }
}
