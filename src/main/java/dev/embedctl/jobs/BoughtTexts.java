package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.jobs.Troubles.Trouble;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.Quota;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The provider of the run that writes a lane's output: the vectors of texts that jobs embedded,
 * from the cache, without a call. The other texts are sent to the provider of the usual price, or
 * fail with the reason that their job had.
 */
final class BoughtTexts extends ForwardingProvider {
  private final VectorCache cache;
  private final Troubles troubles;
  private final Rest rest;

  /** What is done with texts that no job embedded. */
  sealed interface Rest {
    /** They are sent in calls, as long as the allowance lasts. */
    record PaidAtFullPrice(Allowance allowance) implements Rest {}

    /** They fail. */
    record Failed() implements Rest {}
  }

  /**
   * The texts of a cache.
   *
   * @param provider the provider of the usual price
   * @param troubles of the texts without a vector
   */
  BoughtTexts(EmbeddingProvider provider, VectorCache cache, Troubles troubles, Rest rest) {
    super(provider);
    this.cache = cache;
    this.troubles = troubles;
    this.rest = rest;
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    List<CacheKey> keys = keysOf(request.counted());
    Map<CacheKey, Vector> found = found(keys);
    List<CountedText> missing = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!found.containsKey(keys.get(i))) {
        missing.add(request.counted().get(i));
      }
    }
    if (missing.isEmpty()) {
      return new Embeddings(
          keys.stream().map(found::get).toList(), OptionalLong.empty(), 0, Quota.UNKNOWN, Set.of());
    }
    return switch (rest) {
      case Rest.PaidAtFullPrice(Allowance allowance) -> {
        allowance.take(missing);
        yield withBought(missing, keys, found);
      }
      case Rest.Failed failed -> throw failure(keys, found);
    };
  }

  private Embeddings withBought(
      List<CountedText> missing, List<CacheKey> keys, Map<CacheKey, Vector> found)
      throws ProviderException, InterruptedException {
    Embeddings bought = inCalls(missing, keys.stream().filter(key -> !found.containsKey(key)));
    List<Vector> vectors = new ArrayList<>(keys.size());
    int next = 0;
    for (CacheKey key : keys) {
      vectors.add(found.containsKey(key) ? found.get(key) : bought.vectors().get(next++));
    }
    return new Embeddings(
        vectors, bought.tokens(), bought.calls(), bought.quota(), bought.doubts());
  }

  private Embeddings inCalls(List<CountedText> texts, Stream<CacheKey> keys)
      throws ProviderException, InterruptedException {
    try {
      return provider().embed(new EmbeddingRequest(texts));
    } catch (ProviderException e) {
      throw e.afterJobs(attemptsOf(keys.toList()));
    }
  }

  /** The number of jobs that had each of the texts, at least. */
  private int attemptsOf(List<CacheKey> keys) {
    Map<CacheKey, Trouble> known = troubles(keys);
    return keys.stream()
        .mapToInt(key -> known.containsKey(key) ? known.get(key).attempts() : 0)
        .min()
        .orElse(0);
  }

  /** The failure of the first text without a vector; the run isolates it from the others. */
  private Refused failure(List<CacheKey> keys, Map<CacheKey, Vector> found) {
    CacheKey first = keys.stream().filter(key -> !found.containsKey(key)).findFirst().orElseThrow();
    Optional<Trouble> trouble = Optional.ofNullable(troubles(List.of(first)).get(first));
    return new Refused(trouble.map(this::reasonOf).orElse("no job embedded the text"))
        .after(0)
        .afterJobs(trouble.map(Trouble::attempts).orElse(0));
  }

  private Map<CacheKey, Trouble> troubles(List<CacheKey> keys) {
    try {
      return troubles.of(keys);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private String reasonOf(Trouble trouble) {
    try {
      return troubles.reasonOf(trouble);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static RunFailed unreadable(IOException e) {
    return new RunFailed("the failures of jobs cannot be read: " + e.getMessage(), e);
  }

  private List<CacheKey> keysOf(List<CountedText> texts) {
    CacheKeys keys = new CacheKeys(spec(), text -> takesWhole(count(text)));
    return texts.stream().map(text -> keys.keyOf(text.text())).toList();
  }

  private Map<CacheKey, Vector> found(List<CacheKey> keys) {
    try {
      return cache.lookup(keys);
    } catch (IOException e) {
      throw new RunFailed("the cache cannot be read: " + e.getMessage(), e);
    }
  }
}
