package dev.embedctl.testing;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider in memory whose vectors are {@link Vectors#of}; a script may do something before. */
public final class ScriptedProvider implements EmbeddingProvider {
  public static final int DIMENSIONS = 8;

  private final ProviderLimits limits;
  private final Oversize oversize;
  private final Script script;
  private final List<List<String>> requests = Collections.synchronizedList(new ArrayList<>());

  private final AtomicInteger counted = new AtomicInteger();

  /** What happens in a call before its vectors are given. */
  @FunctionalInterface
  public interface Script {
    void play(List<String> texts) throws ProviderException, InterruptedException;
  }

  public ScriptedProvider(int textsPerRequest, Script script) {
    this(
        new ProviderLimits(textsPerRequest, OptionalInt.empty(), OptionalInt.empty()),
        Oversize.ERROR,
        script);
  }

  public ScriptedProvider(ProviderLimits limits, Oversize oversize, Script script) {
    this.limits = limits;
    this.oversize = oversize;
    this.script = script;
  }

  /** The texts of each call, in the order they came. */
  public List<List<String>> requests() {
    return List.copyOf(requests);
  }

  /** All texts that were sent, as often as they were. */
  public List<String> sent() {
    return requests().stream().flatMap(List::stream).toList();
  }

  /** Texts whose tokens were counted, as often as they were. */
  public int counted() {
    return counted.get();
  }

  @Override
  public EmbeddingSpec spec() {
    return new EmbeddingSpec(
        "scripted", "", "model", OptionalInt.empty(), Optional.empty(), oversize, "");
  }

  @Override
  public ProviderLimits limits() {
    return limits;
  }

  @Override
  public int tokens(String text) {
    counted.incrementAndGet();
    return text.length();
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    List<String> texts = request.texts();
    requests.add(texts);
    script.play(texts);
    return new Embeddings(
        texts.stream().map(text -> Vectors.of(text, DIMENSIONS)).toList(),
        OptionalLong.of(texts.stream().mapToInt(String::length).sum()));
  }

  @Override
  public void close() {}
}
