package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.jobs.Troubles.Failure;
import dev.embedctl.jobs.Troubles.Kind;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.ReplyCheck;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.LineResult;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Takes the results of one job: joins them to texts by the ids of lines, checks them like replies,
 * and puts the vectors into the cache. A line that comes twice counts once.
 */
final class Delivery implements BatchApi.Receiver {
  /** Fewer texts than these may have the same vector by chance, since they differ in little. */
  private static final int TEXTS_THAT_DIFFER = 8;

  private final JobKeys keys;
  private final VectorCache cache;
  private final PaidTexts paid;
  private final ReplyCheck check;
  private final Predicate<Set<Doubt>> areSettled;
  private final BitSet delivered = new BitSet();
  private final BitSet counted = new BitSet();
  private final BitSet heldBack = new BitSet();
  private final Map<Integer, Failure> failed = new HashMap<>();
  private Optional<Hopeless> hopeless = Optional.empty();
  private Optional<Hopeless> disbelieved = Optional.empty();
  private Optional<Unproven> unproven = Optional.empty();
  private int embedded;
  private long tokens;
  private boolean tokensKnown;
  private boolean damaged;

  /**
   * A line whose vectors are held back, since their order or encoding is in doubt.
   *
   * @param keys the keys of its texts
   */
  record Unproven(List<CacheKey> keys, Embeddings embeddings) {
    Unproven {
      keys = List.copyOf(keys);
      Objects.requireNonNull(embeddings);
    }
  }

  /**
   * The delivery of a job.
   *
   * @param areSettled whether vectors are believed although the reply leaves this in doubt
   */
  Delivery(
      JobKeys keys,
      VectorCache cache,
      PaidTexts paid,
      ReplyCheck check,
      Predicate<Set<Doubt>> areSettled) {
    this.keys = keys;
    this.cache = cache;
    this.paid = paid;
    this.check = check;
    this.areSettled = areSettled;
  }

  @Override
  public void receive(LineResult result) throws IOException {
    switch (result) {
      case LineResult.Embedded(String id, Embeddings embeddings) -> {
        Optional<Integer> line = keys.numberOf(id);
        if (line.isEmpty()) {
          damaged = true;
        } else if (!delivered.get(line.get())) {
          embedded(line.get(), embeddings);
        }
      }
      case LineResult.Failed(String id, ProviderException cause) -> {
        Optional<Integer> line = keys.numberOf(id);
        if (line.isEmpty()) {
          damaged = true;
        } else if (!delivered.get(line.get()) && !heldBack.get(line.get())) {
          failed(line.get(), cause);
        }
      }
      case LineResult.Damaged part -> damaged = true;
    }
  }

  private void embedded(int line, Embeddings embeddings) throws IOException {
    List<CacheKey> texts = keys.of(line);
    List<Vector> vectors = embeddings.vectors();
    if (embeddings.tokens().isPresent() && !counted.get(line)) {
      counted.set(line);
      tokensKnown = true;
      tokens += embeddings.tokens().getAsLong();
    }
    try {
      check.check(texts.size(), embeddings);
    } catch (Hopeless e) {
      disbelieved = Optional.of(e);
      failed(line, e);
      return;
    } catch (Transient e) {
      failed(line, e);
      return;
    }
    if (vectors.size() >= TEXTS_THAT_DIFFER && vectors.stream().distinct().count() == 1) {
      failed(
          line,
          new Transient(
              "different texts have the same vector",
              Transient.Kind.BAD_REPLY,
              Optional.empty(),
              null));
      return;
    }
    if (!areSettled.test(embeddings.doubts())) {
      heldBack.set(line);
      failed.remove(line);
      unproven = Optional.of(unproven.orElse(new Unproven(texts, embeddings)));
      return;
    }
    Map<CacheKey, Vector> bought = HashMap.newHashMap(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      bought.put(texts.get(i), vectors.get(i));
    }
    paid.add(texts); // first: a vector in the cache that is not marked would pass for an older one
    cache.store(bought);
    delivered.set(line);
    failed.remove(line);
    embedded += texts.size();
  }

  private void failed(int line, ProviderException cause) {
    failed.put(line, failure(keys.of(line).size(), cause));
    if (cause instanceof Hopeless none) {
      hopeless = Optional.of(none);
      if (none.reason() == Hopeless.Reason.MODEL_CHANGED) {
        disbelieved = hopeless;
      }
    }
  }

  /** The first line that is held back; its job is to be downloaded again once it is proven. */
  Optional<Unproven> takeUnproven() {
    Optional<Unproven> first = unproven;
    unproven = Optional.empty();
    heldBack.clear();
    return first;
  }

  /** Whether parts of the results could not be read. */
  boolean isDamaged() {
    return damaged;
  }

  /** Whether lines have no result. */
  boolean missesLines() {
    return delivered.cardinality() + heldBack.cardinality() + failed.size() < keys.lines();
  }

  /** The texts that have their vectors. */
  int embedded() {
    return embedded;
  }

  /**
   * The tokens of all lines.
   *
   * @param estimated the tokens of the job, for providers that do not report them
   */
  long tokens(long estimated) {
    long texts = keys.all().size();
    return tokensKnown ? tokens : texts == 0 ? 0 : Math.round(1.0 * estimated * embedded / texts);
  }

  /** The keys of the texts that have their vectors. */
  List<CacheKey> keysOfEmbedded() {
    return delivered.stream().boxed().flatMap(line -> keys.of(line).stream()).toList();
  }

  /**
   * Why vectors that came are not believed, and others would not be; they are paid for, and may be
   * right for a run with other options.
   */
  Optional<Hopeless> disbelieved() {
    return disbelieved;
  }

  /** The failure of a line that no other line will escape. */
  Optional<Hopeless> hopeless() {
    return hopeless;
  }

  /**
   * What became of the texts without a vector.
   *
   * @param end the word for the end of the job, which is the reason where a line has no result
   */
  Map<CacheKey, Failure> failures(String end) {
    Failure leftOut = leftOut(end);
    Map<CacheKey, Failure> failures = new HashMap<>();
    for (int line = 0; line < keys.lines(); line++) {
      if (!delivered.get(line)) {
        Failure failure = failed.getOrDefault(line, leftOut);
        keys.of(line).forEach(key -> failures.put(key, failure));
      }
    }
    return failures;
  }

  /** The failure of a text that its job did not embed. */
  static Failure leftOut(String end) {
    return new Failure(Kind.LEFT_OUT, "its job ended before the text was embedded (" + end + ")");
  }

  private static Failure failure(int texts, ProviderException cause) {
    Kind kind =
        switch (cause) {
          case Refused e when texts > 1 -> Kind.SUSPECTED;
          case Refused e -> Kind.REFUSED;
          case Transient e -> Kind.FAILED;
          case Hopeless e -> Kind.FAILED;
          case Unsent e -> Kind.FAILED;
        };
    return new Failure(kind, cause.getMessage());
  }
}
