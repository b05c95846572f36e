package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.Findings.Certainty;
import dev.embedctl.pipeline.Findings.InvalidRecord;
import dev.embedctl.pipeline.Findings.LimitEnd;
import dev.embedctl.pipeline.Findings.Longest;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DryRunTest {
  private static final long PLENTY = 64L << 20;

  private final MapCache cache = new MapCache();
  private final List<InvalidRecord> heard = new ArrayList<>();
  private OnMiss onMiss = OnMiss.CALL;
  private long memory = PLENTY;
  private OptionalLong tokenLimit = OptionalLong.empty();

  private PipelineOptions options(int chunkSize) {
    return new PipelineOptions(
        OnError.FAIL,
        onMiss,
        3,
        chunkSize,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        memory,
        2,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  private static ScriptedProvider provider(
      int textsPerRequest, OptionalInt tokensPerText, int tokensPerRequest, Oversize oversize) {
    return new ScriptedProvider(
        new ProviderLimits(textsPerRequest, tokensPerText, OptionalInt.of(tokensPerRequest)),
        oversize,
        texts -> {});
  }

  private Findings dryRun(Records.Source source, ScriptedProvider provider, int chunkSize) {
    Findings found =
        new DryRun(
                source,
                cache,
                provider,
                TokenMeter.of(provider),
                tokenLimit,
                options(chunkSize),
                heard::add)
            .run();
    assertEquals(List.of(), provider.sent(), "nothing is sent");
    assertEquals(
        found.records(),
        found.invalid()
            + found.notCached()
            + found.cacheHits()
            + found.duplicates()
            + found.textsToEmbed(),
        "each record is one of these");
    return found;
  }

  private Findings dryRun(List<String> texts) {
    return dryRun(Records.source(texts), provider(10, OptionalInt.of(6), 1000, Oversize.ERROR), 4);
  }

  private void cached(String text) throws IOException {
    CacheKeys keys = new CacheKeys(provider(1, OptionalInt.empty(), 1, Oversize.ERROR).spec());
    cache.store(Map.of(keys.keyOf(text), Vectors.of(text, ScriptedProvider.DIMENSIONS)));
  }

  @Test
  void tellsInvalidRecordsHitsDuplicatesAndTextsToEmbedApart() throws IOException {
    cached("hit");

    Findings found = dryRun(List.of("a", "hit", "a", "", "bcd", "too long", "hit", "a", "bcd"));

    assertEquals(9, found.records());
    assertEquals(2, found.invalid());
    assertEquals(2, found.cacheHits());
    assertEquals(3, found.duplicates());
    assertEquals(2, found.textsToEmbed());
    assertEquals(new Tokens(4, 4, 4), found.tokens());
    assertEquals(
        Optional.of(new Longest(new InputPlace("input", 5), new Tokens(3, 3, 3))), found.longest());
    assertEquals(
        List.of(
            new InvalidRecord(
                new InputPlace("input", 4), FailureCode.BLANK_TEXT, "the text is blank"),
            new InvalidRecord(
                new InputPlace("input", 6),
                FailureCode.TOO_LONG,
                "the text has 8 tokens, model takes 6; shorten it, or set `oversize` average"
                    + " or `oversize` truncate")),
        found.firstInvalid());
    assertEquals(found.firstInvalid(), heard);
    assertEquals(1, cache.size(), "nothing is stored");
  }

  @Test
  void aLimitOnTokensEndsTheRunAtTheFirstTextThatMayNotFit() throws IOException {
    cached("hit");
    List<String> texts = List.of("ab", "hit", "ab", "cde", "fg", "h");

    for (int tokens : List.of(8, 9)) {
      tokenLimit = OptionalLong.of(tokens);
      assertEquals(Optional.empty(), dryRun(texts).limitEnd(), "all have room");
    }
    tokenLimit = OptionalLong.of(7);
    assertEquals(
        Optional.of(new LimitEnd(5, new InputPlace("input", 6), 3)), dryRun(texts).limitEnd());
    tokenLimit = OptionalLong.of(4);
    Findings found = dryRun(texts);
    assertEquals(Optional.of(new LimitEnd(3, new InputPlace("input", 4), 1)), found.limitEnd());
    assertEquals(4, found.textsToEmbed(), "all of the input is counted");
  }

  @Test
  void anEmptyInputTakesNothing() {
    Findings found = dryRun(List.of());

    assertEquals(0, found.records());
    assertEquals(0, found.requests());
    assertEquals(Optional.empty(), found.longest());
  }

  @Test
  void keepsTheFirstHundredInvalidRecordsAndCountsAll() {
    List<InputRecord> records =
        LongStream.range(0, 1000)
            .mapToObj(i -> Records.invalid(i, FailureCode.NOT_A_STRING, "no string"))
            .toList();

    Findings found =
        dryRun(
            new Records.Source(records.stream()),
            provider(10, OptionalInt.empty(), 1000, Oversize.ERROR),
            250);

    assertEquals(1000, found.invalid());
    assertEquals(100, found.firstInvalid().size());
    assertEquals(1000, heard.size());
  }

  @Test
  void aTextThatIsCutCostsWhatTheModelTakes() {
    Findings found =
        dryRun(
            Records.source(List.of("abc", "abcdefgh")),
            provider(10, OptionalInt.of(6), 1000, Oversize.TRUNCATE),
            10);

    assertEquals(0, found.invalid());
    assertEquals(1, found.truncated());
    assertEquals(2, found.textsToEmbed());
    assertEquals(new Tokens(9, 9, 9), found.tokens());
    assertEquals(8, found.longest().orElseThrow().tokens().likely());
  }

  @Test
  void whereNothingMayBeAskedForAMissIsNeitherInvalidNorPaid() throws IOException {
    onMiss = OnMiss.FAIL;
    cached("hit");

    Findings found = dryRun(List.of("hit", "miss", "miss", ""));

    assertEquals(2, found.notCached());
    assertEquals(1, found.invalid());
    assertEquals(0, found.textsToEmbed());
  }

  @Test
  void duplicatesAreALowerBoundOnceThereAreMoreTextsThanMemoryHolds() {
    List<String> texts = IntStream.range(0, 2000).mapToObj(i -> "t" + i % 1000).toList();

    Findings exact = dryRun(texts);
    assertEquals(1000, exact.duplicates());
    assertEquals(Certainty.ALL, exact.certainty());

    memory = 12 * 256;
    Findings bounded = dryRun(texts);
    assertEquals(Certainty.AT_LEAST, bounded.certainty());
    assertTrue(bounded.duplicates() > 100 && bounded.duplicates() < 256, bounded::toString);
  }

  @Test
  void aRequestIsFilledToItsLastTokenAndItsLastText() {
    List<String> texts = List.of("aaaaa", "bbbbb", "c", "d", "e");

    assertEquals(2, dryRun(Records.source(texts), filledBy(3, 10), 10).requests());
    assertEquals(3, dryRun(Records.source(texts), filledBy(2, 9), 10).requests());
  }

  private static ScriptedProvider filledBy(int texts, int tokens) {
    return provider(texts, OptionalInt.empty(), tokens, Oversize.ERROR);
  }

  @RepeatedTest(30)
  void aRunThenSendsTheSameTextsInNoFewerRequestsAndNoMoreThanItSaid(RepetitionInfo repetition)
      throws InterruptedException {
    Random random = new Random(repetition.getCurrentRepetition());
    int distinct = 1 + random.nextInt(300);
    List<String> texts =
        IntStream.range(0, random.nextInt(600))
            .mapToObj(i -> "x".repeat(1 + random.nextInt(5)) + random.nextInt(distinct))
            .toList();
    int chunkSize = 1 + random.nextInt(60);
    int textsPerRequest = 1 + random.nextInt(30);
    int tokensPerRequest = 10 + random.nextInt(200);
    ScriptedProvider provider =
        provider(textsPerRequest, OptionalInt.empty(), tokensPerRequest, Oversize.ERROR);

    Findings found = dryRun(Records.source(texts), provider, chunkSize);
    run(texts, provider, chunkSize);

    assertEquals(new HashSet<>(texts).size(), found.textsToEmbed());
    assertEquals(found.textsToEmbed(), provider.sent().size());
    assertEquals(provider.sent().stream().mapToInt(String::length).sum(), found.tokens().likely());
    int sent = provider.requests().size();
    assertTrue(
        found.requests() <= sent && sent <= found.requestsAtMost(),
        () -> sent + " requests: " + found);
  }

  @RepeatedTest(10)
  void ofAnInputOfOneChunkItTellsTheVeryRequests(RepetitionInfo repetition)
      throws InterruptedException {
    Random random = new Random(repetition.getCurrentRepetition());
    List<String> texts =
        IntStream.range(0, 250).mapToObj(i -> "text " + random.nextInt(200)).toList();
    ScriptedProvider provider =
        provider(1 + random.nextInt(100), OptionalInt.empty(), 500, Oversize.ERROR);

    Findings found = dryRun(Records.source(texts), provider, 250);
    run(texts, provider, 250);

    assertEquals(found.requests(), found.requestsAtMost());
    assertEquals(found.requests(), provider.requests().size());
  }

  private void run(List<String> texts, ScriptedProvider provider, int chunkSize)
      throws InterruptedException {
    new BatchPipeline(
            Records.source(texts),
            new Records.Sink(),
            new Records.Failures(),
            cache,
            provider,
            options(chunkSize),
            new StopSignal(),
            event -> {})
        .run();
  }

  @Test
  void aCacheThatCannotBeReadEndsIt() {
    MapCache broken =
        new MapCache() {
          @Override
          public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
            throw new IOException("gone");
          }
        };
    ScriptedProvider provider = provider(1, OptionalInt.empty(), 10, Oversize.ERROR);
    DryRun dryRun =
        new DryRun(
            Records.source(List.of("a")),
            broken,
            provider,
            TokenMeter.of(provider),
            OptionalLong.empty(),
            options(10),
            heard::add);

    assertThrows(RunFailed.class, dryRun::run);
  }
}
