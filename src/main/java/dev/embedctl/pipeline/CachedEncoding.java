package dev.embedctl.pipeline;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.provider.EncodingMemory;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Remembers with a spec's vectors that the server encodes them as it should. */
public final class CachedEncoding implements EncodingMemory {
  private final Supplier<VectorCache> cache;
  private final Consumer<String> learned;

  /**
   * A memory.
   *
   * @param cache the cache of the run, which may be opened after this is made
   * @param learned takes why nothing can be remembered, in a sentence
   */
  public CachedEncoding(Supplier<VectorCache> cache, Consumer<String> learned) {
    this.cache = cache;
    this.learned = learned;
  }

  @Override
  public boolean isConfirmed() {
    return cache.get().knowsEncoding();
  }

  @Override
  public void confirm() {
    try {
      cache.get().confirmEncoding();
    } catch (IOException e) {
      learned.accept(
          "that base64 is right cannot be kept in the cache ("
              + e.getMessage()
              + "), so the next run looks at it again");
    }
  }
}
