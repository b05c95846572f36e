package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import dev.embedctl.pipeline.Findings.Certainty;
import dev.embedctl.pipeline.Findings.InvalidRecord;
import dev.embedctl.pipeline.Findings.LimitEnd;
import dev.embedctl.pipeline.Findings.Longest;
import dev.embedctl.pipeline.MissCheck.Verdict;
import dev.embedctl.pipeline.PipelineEvent.CacheReadFailed;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.TokenMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads an input as a run does, but only counts: every record is validated and looked up, and
 * nothing is sent or stored. Its memory does not grow with the input.
 */
public final class DryRun {
  /** The most invalid records in the report. */
  public static final int KEPT_INVALID = 100;

  private final RecordSource source;
  private final VectorCache cache;
  private final TextCounts counts;
  private final CacheKeys keys;
  private final MissCheck misses;
  private final TokenMeter meter;
  private final OptionalLong tokenLimit;
  private final OptionalInt longestText;
  private final PipelineOptions options;
  private final Consumer<InvalidRecord> onInvalid;
  private final RequestPacker packer;
  private final RequestCount full;
  private final RequestCount hasty;
  private final SeenKeys promised;

  private long records;
  private long invalid;
  private final List<InvalidRecord> firstInvalid = new ArrayList<>();
  private long notCached;
  private long cacheHits;
  private long duplicates;
  private Certainty certainty = Certainty.ALL;
  private long textsToEmbed;
  private long truncated;
  private long averaged;
  private long windowsOfAveraged;
  private Tokens tokens = Tokens.NONE;
  private Optional<Longest> longest = Optional.empty();
  private Optional<LimitEnd> limitEnd = Optional.empty();

  /**
   * A dry run with these parts, which it does not close.
   *
   * @param meter counts or estimates tokens
   * @param tokenLimit the most tokens that the run may be charged for, if they are limited
   * @param onInvalid receives each invalid record when it is found
   */
  public DryRun(
      RecordSource source,
      VectorCache cache,
      EmbeddingProvider provider,
      TokenMeter meter,
      OptionalLong tokenLimit,
      PipelineOptions options,
      Consumer<InvalidRecord> onInvalid) {
    this.source = source;
    this.cache = cache;
    this.counts = new TextCounts(provider);
    this.keys = new CacheKeys(provider.spec(), counts::isWhole);
    this.misses = new MissCheck(provider, counts, options.onMiss());
    this.meter = meter;
    this.tokenLimit = tokenLimit;
    this.longestText = provider.limits().tokensPerText();
    this.options = options;
    this.onInvalid = onInvalid;
    this.packer = new RequestPacker(options, provider);
    this.full = new RequestCount(packer);
    this.hasty = new RequestCount(packer);
    this.promised = new SeenKeys(options.memory());
  }

  /**
   * Reads the whole input, once.
   *
   * @throws EmbedctlException if the input or the cache cannot be read
   */
  public Findings run() {
    ChunkReader chunks = new ChunkReader(source, options);
    try {
      for (List<InputRecord> chunk = chunks.next(); !chunk.isEmpty(); chunk = chunks.next()) {
        count(chunk);
      }
    } catch (IOException e) {
      throw new RunFailed("cannot read " + source.name() + ": " + e.getMessage(), e);
    }
    return findings();
  }

  private void count(List<InputRecord> chunk) {
    List<Optional<CacheKey>> keysOf = chunk.stream().map(this::keyOf).toList();
    Map<CacheKey, String> asked = LinkedHashMap.newLinkedHashMap(chunk.size());
    for (int i = 0; i < chunk.size(); i++) {
      if (chunk.get(i).text() instanceof Text.Valid(String text)
          && !promised.contains(keysOf.get(i).orElseThrow())) {
        asked.put(keysOf.get(i).orElseThrow(), text);
      }
    }
    Set<CacheKey> hits = lookup(asked);
    List<LongText> longTexts = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      InputRecord record = chunk.get(i);
      switch (record.text()) {
        case Text.Invalid(FailureCode code, String message) -> invalid(record, code, message);
        case Text.Valid(String text) ->
            valid(record, text, keysOf.get(i).orElseThrow(), hits, longTexts);
      }
    }
    countLong(longTexts);
    counts.clear();
    records += chunk.size();
    hasty.send();
  }

  private Optional<CacheKey> keyOf(InputRecord record) {
    return record.text() instanceof Text.Valid(String text)
        ? Optional.of(keys.keyOf(text))
        : Optional.empty();
  }

  private Set<CacheKey> lookup(Map<CacheKey, String> asked) {
    try {
      return keys.find(cache, asked).keySet();
    } catch (IOException e) {
      throw new CacheReadFailed(e).asRunFailed();
    }
  }

  private void valid(
      InputRecord record, String text, CacheKey key, Set<CacheKey> hits, List<LongText> longTexts) {
    if (hits.contains(key)) {
      cacheHits++;
    } else if (promised.contains(key)) {
      duplicates++;
    } else {
      missed(record, text, key, longTexts);
    }
  }

  private void missed(InputRecord record, String text, CacheKey key, List<LongText> longTexts) {
    switch (misses.of(text)) {
      case Verdict.Whole(CountedText counted) -> toEmbed(record, counted, key);
      case Verdict.Cut(CountedText counted) -> {
        truncated++;
        toEmbed(record, counted, key);
      }
      case Verdict.Averaged(List<Window> windows) -> longTexts.add(longText(record, windows));
      case Verdict.Unsendable(FailureCode code, String message) -> {
        if (code.inputIsAtFault()) {
          invalid(record, code, message);
        } else {
          notCached++;
        }
      }
    }
  }

  /** The windows of a long text by their keys. */
  private record LongText(InputRecord record, Map<CacheKey, String> windows) {}

  private LongText longText(InputRecord record, List<Window> windows) {
    averaged++;
    windowsOfAveraged += windows.size();
    Map<CacheKey, String> byKey = LinkedHashMap.newLinkedHashMap(windows.size());
    windows.forEach(window -> byKey.put(keys.keyOf(window.text()), window.text()));
    return new LongText(record, byKey);
  }

  private void countLong(List<LongText> longTexts) {
    if (longTexts.isEmpty()) {
      return;
    }
    Map<CacheKey, String> asked = new LinkedHashMap<>();
    longTexts.forEach(text -> asked.putAll(text.windows()));
    asked.keySet().removeIf(promised::contains);
    Set<CacheKey> hits = lookup(asked);
    for (LongText text : longTexts) {
      Map<CacheKey, String> missing = new LinkedHashMap<>(text.windows());
      missing.keySet().removeAll(hits);
      boolean anyPromised = missing.keySet().removeIf(promised::contains);
      if (missing.isEmpty()) {
        cacheHits += anyPromised ? 0 : 1;
        duplicates += anyPromised ? 1 : 0;
      } else if (options.onMiss() == OnMiss.FAIL) {
        notCached++;
      } else {
        missing.forEach((key, window) -> missedWindow(text.record(), window, key));
      }
    }
  }

  private void missedWindow(InputRecord record, String window, CacheKey key) {
    switch (misses.of(window)) {
      case Verdict.Whole(CountedText counted) -> toEmbed(record, counted, key);
      case Verdict.Cut cut -> throw new IllegalStateException("a window is not cut: " + cut);
      case Verdict.Averaged again ->
          throw new IllegalStateException("a window is not cut again: " + again);
      case Verdict.Unsendable unsendable ->
          throw new IllegalStateException("a window is sent as it is: " + unsendable);
    }
  }

  private void toEmbed(InputRecord record, CountedText text, CacheKey key) {
    if (!promised.add(key)) {
      certainty = Certainty.AT_LEAST;
    }
    Tokens measured = meter.measure(text);
    if (limitEnd.isEmpty() && exceedsLimit(measured)) {
      limitEnd = Optional.of(new LimitEnd(record.index(), record.place(), textsToEmbed));
    }
    textsToEmbed++;
    Tokens used = longestText.isPresent() ? measured.atMost(longestText.getAsInt()) : measured;
    tokens = tokens.plus(used);
    if (longest.isEmpty() || measured.likely() > longest.get().tokens().likely()) {
      longest = Optional.of(new Longest(record.place(), measured));
    }
    full.add(text);
    hasty.add(text);
  }

  /** A run sends a text only if the most that it may cost fits beside what is spent. */
  private boolean exceedsLimit(Tokens text) {
    return tokenLimit.isPresent() && text.high() > tokenLimit.getAsLong() - tokens.likely();
  }

  private void invalid(InputRecord record, FailureCode code, String message) {
    InvalidRecord found = new InvalidRecord(record.place(), code, message);
    invalid++;
    if (firstInvalid.size() < KEPT_INVALID) {
      firstInvalid.add(found);
    }
    onInvalid.accept(found);
  }

  private Findings findings() {
    return new Findings(
        records,
        invalid,
        firstInvalid,
        notCached,
        cacheHits,
        duplicates,
        certainty,
        textsToEmbed,
        truncated,
        averaged,
        windowsOfAveraged,
        tokens,
        longest,
        full.requests(),
        hasty.requests(),
        packer.texts(),
        limitEnd);
  }
}
