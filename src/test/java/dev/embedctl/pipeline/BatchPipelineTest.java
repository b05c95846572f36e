package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Hit;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.pace.Budget;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.pace.PacedProvider;
import dev.embedctl.provider.pace.Pacer;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.ScriptedProvider.Script;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BatchPipelineTest {
  private static final Script ANSWERS = texts -> {};

  private final Records.Sink sink = new Records.Sink();
  private final Records.Failures failures = new Records.Failures();
  private final StopSignal stop = new StopSignal();
  private final List<PipelineEvent> events = Collections.synchronizedList(new ArrayList<>());
  private VectorCache cache = new MapCache();

  private Optional<ErrorLimit> maxErrors = Optional.empty();
  private PipelineOptions options = options(OnError.FAIL, 4, 10, OptionalInt.empty());

  private PipelineOptions options(
      OnError onError, int concurrency, int chunkSize, OptionalInt textsPerRequest) {
    return new PipelineOptions(
        onError,
        OnMiss.CALL,
        concurrency,
        chunkSize,
        textsPerRequest,
        OptionalInt.empty(),
        maxErrors,
        64L << 20,
        2,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  private Ending run(Records.Source source, ScriptedProvider provider) throws InterruptedException {
    return new BatchPipeline(source, sink, failures, cache, provider, options, stop, events::add)
        .run();
  }

  private static List<String> texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "text " + i).toList();
  }

  private static ProviderException broken() {
    return new Transient("broken", Transient.Kind.SERVER_ERROR, Optional.empty(), null);
  }

  private void assertWrittenInOrder(List<String> texts) {
    List<Embedding> written = sink.written();
    assertEquals(texts.size(), written.size());
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(i, written.get(i).record().index());
      assertEquals(Vectors.of(texts.get(i), ScriptedProvider.DIMENSIONS), written.get(i).vector());
    }
  }

  @RepeatedTest(40)
  void writesEachTextsOwnVectorInOrderAndSendsATextOnce(RepetitionInfo repetition)
      throws InterruptedException {
    Random random = new Random(repetition.getCurrentRepetition());
    int distinct = 1 + random.nextInt(300);
    List<String> texts =
        IntStream.range(0, random.nextInt(1000))
            .mapToObj(i -> "text " + random.nextInt(distinct))
            .toList();
    Random pauses = new Random(random.nextLong());
    ScriptedProvider provider =
        new ScriptedProvider(
            1 + random.nextInt(40), sent -> TimeUnit.MICROSECONDS.sleep(pauses.nextInt(2000)));
    options =
        options(OnError.FAIL, 1 + random.nextInt(12), 1 + random.nextInt(50), OptionalInt.empty());

    assertEquals(Ending.COMPLETED, run(Records.source(texts), provider));

    assertTrue(sink.committed());
    assertWrittenInOrder(texts);
    assertEquals(new HashSet<>(texts).size(), provider.sent().size(), "each text is paid once");
  }

  @Test
  void paysATextOnceWithoutACacheWhileItIsInFlight() throws InterruptedException {
    ForgetfulCache forgetful = new ForgetfulCache();
    cache = forgetful;
    Records.Source source = Records.source(Collections.nCopies(95, "the same"));
    ScriptedProvider provider =
        new ScriptedProvider(
            5,
            sent -> {
              while (forgetful.lookups.get() < 10) { // until the last chunk was admitted
                TimeUnit.MILLISECONDS.sleep(1);
              }
            });

    run(source, provider);

    assertEquals(List.of("the same"), provider.sent());
    assertEquals(94, chunks().stream().mapToInt(ChunkWritten::duplicates).sum());
    assertWrittenInOrder(Collections.nCopies(95, "the same"));
  }

  private List<ChunkWritten> chunks() {
    return events.stream()
        .filter(ChunkWritten.class::isInstance)
        .map(ChunkWritten.class::cast)
        .toList();
  }

  private int settled(Outcome.Kind kind) {
    return events.stream()
        .filter(PipelineEvent.Settled.class::isInstance)
        .map(PipelineEvent.Settled.class::cast)
        .filter(event -> event.kind() == kind)
        .mapToInt(PipelineEvent.Settled::records)
        .sum();
  }

  @Test
  void aSecondRunMakesNoCall() throws InterruptedException {
    run(Records.source(texts(100)), new ScriptedProvider(7, ANSWERS));
    ScriptedProvider second = new ScriptedProvider(7, ANSWERS);

    run(Records.source(texts(100)), second);

    assertEquals(List.of(), second.requests());
    assertTrue(sink.written().stream().skip(100).allMatch(Hit.class::isInstance));
    assertEquals(200, sink.written().size());
  }

  /** With ten permits and chunks of ten, one call of the first chunk that hangs stops nobody. */
  @Test
  void noPermitWaitsAtAChunksEdge() throws InterruptedException {
    CyclicBarrier allAtOnce = new CyclicBarrier(8);
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              try {
                // Passes only if eight calls are in flight together, over and over.
                allAtOnce.await(10, TimeUnit.SECONDS);
              } catch (BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("a permit was idle", e);
              }
            });
    options = options(OnError.FAIL, 8, 3, OptionalInt.of(1));

    run(Records.source(texts(80)), provider);

    assertEquals(80, provider.requests().size());
  }

  @Test
  void fillsRequestsAcrossChunks() throws InterruptedException {
    CountDownLatch allRead = new CountDownLatch(1);
    List<String> texts = texts(60);
    Records.Source source = Records.source(texts);
    AtomicBoolean first = new AtomicBoolean(true);
    ScriptedProvider provider =
        new ScriptedProvider(
            100,
            sent -> {
              if (first.getAndSet(false)) {
                while (source.read() < 60) {
                  TimeUnit.MILLISECONDS.sleep(1);
                }
                TimeUnit.MILLISECONDS.sleep(20);
                allRead.countDown();
              }
            });
    options = options(OnError.FAIL, 1, 10, OptionalInt.empty());

    run(source, provider);

    assertTrue(provider.requests().size() <= 2, "the second request took all that waited");
    assertWrittenInOrder(texts);
  }

  @Test
  void aTextIsSettledOnceItHasItsVectorThoughItsChunkWaitsForAnother() throws InterruptedException {
    CountDownLatch othersSettled = new CountDownLatch(9 + 10);
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              if (sent.contains("text 0")) {
                try {
                  assertTrue(othersSettled.await(10, TimeUnit.SECONDS), "19 wait for text 0");
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                assertEquals(List.of(), chunks());
              }
            });
    options = options(OnError.FAIL, 4, 10, OptionalInt.of(1));
    PipelineListener listener =
        event -> {
          events.add(event);
          if (event instanceof PipelineEvent.Settled settled) {
            for (int i = 0; i < settled.records(); i++) {
              othersSettled.countDown();
            }
          }
        };

    new BatchPipeline(
            Records.source(texts(20)), sink, failures, cache, provider, options, stop, listener)
        .run();

    assertEquals(20, settled(Outcome.Kind.FRESH));
    assertWrittenInOrder(texts(20));
  }

  @Test
  void readsNoFurtherThanItCanUse() throws InterruptedException {
    Records.Source source = Records.source(texts(10_000));
    AtomicInteger furthest = new AtomicInteger();
    AtomicInteger sent = new AtomicInteger();
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            texts -> furthest.accumulateAndGet(source.read() - sent.getAndIncrement(), Math::max));
    options = options(OnError.FAIL, 4, 10, OptionalInt.of(1));

    run(source, provider);

    assertTrue(furthest.get() <= 40, "read ahead by " + furthest.get());
  }

  @Test
  void aChunkWithAnInvalidTextIsNotSentInFailMode() throws InterruptedException {
    List<String> texts = new ArrayList<>(texts(25));
    texts.set(17, "");
    ScriptedProvider provider = new ScriptedProvider(50, ANSWERS);

    InvalidInput failure =
        assertThrows(InvalidInput.class, () -> run(Records.source(texts), provider));

    assertEquals("input:18: the text is blank", failure.getMessage());
    assertFalse(provider.sent().contains("text 10"), "text 10 is of the invalid chunk");
    assertFalse(sink.committed());
  }

  @Test
  void collectModeGoesOnAfterInvalidAndRefusedTexts() throws InterruptedException {
    options = options(OnError.COLLECT, 4, 10, OptionalInt.empty());
    List<String> texts = new ArrayList<>(texts(64));
    texts.set(3, "");
    texts.set(40, "poison");
    ScriptedProvider provider = new ScriptedProvider(64, BatchPipelineTest::refusePoison);

    assertEquals(Ending.COMPLETED, run(Records.source(texts), provider));

    assertEquals(
        List.of(3L, 40L),
        failures.failures().stream().map(failed -> failed.record().index()).toList());
    assertEquals(
        List.of(FailureCode.BLANK_TEXT, FailureCode.REFUSED),
        failures.failures().stream().map(failure -> failure.failure().code()).toList());
    assertEquals(62, sink.written().size());
    assertEquals(provider.requests().size(), chunks().stream().mapToInt(ChunkWritten::calls).sum());
  }

  private static void refusePoison(List<String> texts) throws ProviderException {
    if (texts.contains("poison")) {
      throw new Refused("I do not like it");
    }
  }

  @Test
  void aRefusedTextIsIsolatedByHalvingItsRequest() throws InterruptedException {
    options = options(OnError.COLLECT, 1, 64, OptionalInt.empty());
    List<String> texts = new ArrayList<>(texts(64));
    texts.set(40, "poison");
    ScriptedProvider provider = new ScriptedProvider(64, BatchPipelineTest::refusePoison);

    run(Records.source(texts), provider);

    assertEquals(63, sink.written().size());
    assertEquals(1 + 1 + 2 * 6, provider.requests().size(), "a probe and 2·log2(64) more calls");
  }

  @Test
  void failModeKeepsWhatWasInFlightAndNamesTheText() throws InterruptedException {
    options = options(OnError.FAIL, 3, 10, OptionalInt.of(1));
    CountDownLatch othersStarted = new CountDownLatch(2);
    CountDownLatch failed = new CountDownLatch(1);
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              if (sent.contains("text 0")) {
                othersStarted.await();
                failed.countDown();
                throw broken().after(3);
              }
              othersStarted.countDown();
              failed.await();
              TimeUnit.MILLISECONDS.sleep(50);
            });

    RunFailed failure =
        assertThrows(RunFailed.class, () -> run(Records.source(texts(10)), provider));

    assertTrue(failure.getMessage().startsWith("input:1: no vector: broken (after 3 attempts)"));
    assertEquals(3, provider.sent().size(), "nothing new was sent");
    assertEquals(2, ((MapCache) cache).size(), "what was in flight is kept");
    assertFalse(sink.committed());
  }

  @Test
  void aHopelessProviderEndsTheRunInCollectModeToo() {
    options = options(OnError.COLLECT, 2, 10, OptionalInt.of(1));
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              throw new Hopeless(Hopeless.Reason.MONEY, "no money");
            });

    RunFailed failure =
        assertThrows(RunFailed.class, () -> run(Records.source(texts(100)), provider));

    assertEquals("no money", failure.getMessage());
    assertTrue(provider.requests().size() <= 4, "calls: " + provider.requests().size());
  }

  @Test
  void aStopSignalSendsNothingNewAndKeepsWhatIsInFlight() throws InterruptedException {
    options = options(OnError.FAIL, 2, 10, OptionalInt.of(1));
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger atTheStop = new AtomicInteger();
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              if (calls.incrementAndGet() == 20) {
                stop.raise();
                atTheStop.set(calls.get());
              }
              TimeUnit.MILLISECONDS.sleep(1);
            });

    assertEquals(Ending.INTERRUPTED, run(Records.source(texts(1000)), provider));

    assertTrue(calls.get() <= atTheStop.get() + 1, "calls: " + calls.get());
    assertEquals(calls.get(), ((MapCache) cache).size());
    assertFalse(sink.committed());
  }

  @Test
  void callsThatOutlastTheGraceAreGivenUp() throws InterruptedException {
    options =
        new PipelineOptions(
            OnError.FAIL,
            OnMiss.CALL,
            2,
            10,
            OptionalInt.of(1),
            OptionalInt.empty(),
            maxErrors,
            64L << 20,
            2,
            Duration.ofSeconds(10),
            Duration.ofMillis(50));
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              stop.raise();
              new CountDownLatch(1).await();
            });

    assertEquals(Ending.INTERRUPTED, run(Records.source(texts(10)), provider));
  }

  @Test
  void aFullDiskUnderTheCacheStillGivesTheOutputAndFailsTheRun() {
    cache =
        new MapCache() {
          @Override
          public void store(Map<CacheKey, Vector> bought) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    RunFailed failure =
        assertThrows(
            RunFailed.class,
            () -> run(Records.source(texts(50)), new ScriptedProvider(5, ANSWERS)));

    assertTrue(failure.getMessage().contains("No space left on device"), failure.getMessage());
    assertTrue(sink.committed(), "the output is whole");
    assertWrittenInOrder(texts(50));
    assertEquals(
        1, events.stream().filter(PipelineEvent.CacheWriteFailed.class::isInstance).count());
  }

  @Test
  void nothingIsWrittenBeforeItIsCached() throws InterruptedException {
    MapCache remembered = new MapCache();
    cache = remembered;
    AtomicInteger wrong = new AtomicInteger();
    Records.Sink watching =
        new Records.Sink() {
          @Override
          protected void write(Embedding embedding) {
            wrong.addAndGet(embedding.record().index() >= remembered.size() ? 1 : 0);
          }
        };
    options = options(OnError.FAIL, 1, 5, OptionalInt.of(5));

    new BatchPipeline(
            Records.source(texts(200)),
            watching,
            failures,
            cache,
            new ScriptedProvider(5, ANSWERS),
            options,
            stop,
            events::add)
        .run();

    assertEquals(0, wrong.get());
  }

  @Test
  void aMissIsAnErrorWhereNothingMayBeSent() throws InterruptedException {
    options =
        new PipelineOptions(
            OnError.COLLECT,
            OnMiss.FAIL,
            2,
            10,
            OptionalInt.empty(),
            OptionalInt.empty(),
            maxErrors,
            64L << 20,
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    ScriptedProvider provider = new ScriptedProvider(5, ANSWERS);

    run(Records.source(texts(3)), provider);

    assertEquals(List.of(), provider.requests());
    assertEquals(
        Collections.nCopies(3, FailureCode.CACHE_MISS),
        failures.failures().stream().map(failure -> failure.failure().code()).toList());
  }

  @Test
  void aTextLongerThanTheModelTakesIsInvalid() {
    ScriptedProvider provider =
        new ScriptedProvider(
            new ProviderLimits(5, OptionalInt.of(10), OptionalInt.empty()),
            Oversize.ERROR,
            ANSWERS);

    InvalidInput failure =
        assertThrows(
            InvalidInput.class,
            () -> run(Records.source(List.of("short", "much too long")), provider));

    assertEquals(
        "input:2: the text has 13 tokens, model takes 10; shorten it, or set `oversize` average or"
            + " `oversize` truncate",
        failure.getMessage());
    assertEquals(List.of(), provider.requests());
  }

  @Test
  void aTextThatWillBeCutIsCounted() throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            new ProviderLimits(5, OptionalInt.of(10), OptionalInt.empty()),
            Oversize.TRUNCATE,
            ANSWERS);

    run(Records.source(List.of("short", "much too long")), provider);

    assertEquals(1, chunks().stream().mapToInt(ChunkWritten::truncated).sum());
  }

  @Test
  void requestsKeepToTheTokensThatTheProviderTakes() throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            new ProviderLimits(100, OptionalInt.empty(), OptionalInt.of(20)),
            Oversize.ERROR,
            ANSWERS);

    run(
        Records.source(List.of("12345678", "12345679", "a text of more than twenty", "1")),
        provider);

    for (List<String> request : provider.requests()) {
      int tokens = request.stream().mapToInt(String::length).sum();
      assertTrue(tokens <= 20 || request.size() == 1, request.toString());
    }
  }

  @Test
  void requestsKeepToTheBytesThatTheProviderTakes() throws InterruptedException {
    int around = 1024; // what a body has beside its texts, at most
    ScriptedProvider provider =
        new ScriptedProvider(
            new ProviderLimits(
                100,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.of(around + 20),
                ProviderLimits.Counted.REQUESTS),
            Oversize.ERROR,
            ANSWERS);

    run(
        Records.source(List.of("größe 1", "größe 2", "größe 3", "much more than 20 bytes", "1")),
        provider);

    assertTrue(
        provider.requests().contains(List.of("größe 1", "größe 2")), provider.requests()::toString);
    for (List<String> request : provider.requests()) {
      int bytes =
          request.stream().mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length).sum();
      assertTrue(bytes <= 20 || request.size() == 1, request.toString());
    }
  }

  @Test
  void aDefectInAWorkerEndsTheRunAndSaysSo() {
    ScriptedProvider provider =
        new ScriptedProvider(
            5,
            sent -> {
              throw new IllegalStateException("oops");
            });

    EmbedctlException failure =
        assertThrows(RunFailed.class, () -> run(Records.source(texts(10)), provider));

    assertTrue(failure.getMessage().contains("internal error"), failure.getMessage());
  }

  @Test
  void anErrorInTheReaderEndsTheRunInsteadOfHangingIt() {
    Records.Source source =
        new Records.Source(
            IntStream.range(0, 50)
                .mapToObj(
                    i -> {
                      if (i == 30) {
                        throw new OutOfMemoryError("Java heap space");
                      }
                      return Records.of(i, "text " + i);
                    }));

    RunFailed failure =
        assertThrows(RunFailed.class, () -> run(source, new ScriptedProvider(5, ANSWERS)));

    assertTrue(failure.getMessage().startsWith("out of memory: "), failure.getMessage());
  }

  @Test
  void anErrorInAWorkerEndsTheRunInsteadOfHangingIt() {
    ScriptedProvider provider =
        new ScriptedProvider(
            5,
            sent -> {
              throw new UnsatisfiedLinkError("no library");
            });

    assertThrows(RunFailed.class, () -> run(Records.source(texts(10)), provider));
  }

  @Test
  void aTextsTokensAreCountedOnceFromTheInputToTheCall() throws InterruptedException {
    ScriptedProvider provider = new ScriptedProvider(5, ANSWERS);
    EmbeddingProvider paced =
        new PacedProvider(
            new CheckedProvider(provider),
            new Pacer(
                new PaceLimits(
                    4,
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10)),
                stop,
                System::nanoTime,
                new Random(1)),
            Budget.unlimited(stop),
            TokenMeter.counting(String::length),
            CallListener.none(),
            System::nanoTime);

    new BatchPipeline(
            Records.source(texts(30)), sink, failures, cache, paced, options, stop, events::add)
        .run();

    assertEquals(30, provider.counted());
  }

  @Test
  void anEmptyInputIsACompleteRun() throws InterruptedException {
    assertEquals(
        Ending.COMPLETED, run(Records.source(List.of()), new ScriptedProvider(5, ANSWERS)));
    assertTrue(sink.committed());
  }

  /** A cache that keeps nothing, as {@code --no-cache} has it. */
  private static final class ForgetfulCache extends MapCache {
    private final AtomicInteger lookups = new AtomicInteger();

    @Override
    public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
      lookups.incrementAndGet();
      return super.lookup(keys);
    }

    @Override
    public void store(Map<CacheKey, Vector> bought) {}
  }

  private static ProviderException badReply() {
    return new Transient("bad reply", Transient.Kind.BAD_REPLY, Optional.empty(), null);
  }

  @Test
  void aTextThatIsAlwaysAnsweredWronglyFailsAlone() throws InterruptedException {
    options = options(OnError.COLLECT, 1, 16, OptionalInt.empty());
    ScriptedProvider provider =
        new ScriptedProvider(
            16,
            sent -> {
              if (sent.contains("text 5")) {
                throw badReply().after(3);
              }
            });

    assertEquals(Ending.COMPLETED, run(Records.source(texts(16)), provider));

    assertEquals(15, sink.written().size());
    assertEquals(1, failures.failures().size());
    assertEquals(10, provider.requests().size(), "1 + 2 log2 16, and a probe");
  }

  @Test
  void aTextThatWasNotSentAnyMoreIsNoFailure() throws InterruptedException {
    options = options(OnError.COLLECT, 1, 10, OptionalInt.of(1));
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              stop.raise();
              throw new ProviderException.Unsent();
            });

    assertEquals(Ending.INTERRUPTED, run(Records.source(texts(3)), provider));

    assertEquals(List.of(), failures.failures());
    assertEquals(1, provider.requests().size());
  }

  private RunFailed endedByErrors(ErrorLimit limit, int texts, Script script) {
    maxErrors = Optional.of(limit);
    options = options(OnError.COLLECT, 1, 10, OptionalInt.of(1));
    ScriptedProvider provider = new ScriptedProvider(1, script);
    return assertThrows(RunFailed.class, () -> run(Records.source(texts(texts)), provider));
  }

  @Test
  void moreErrorsThanWereAllowedEndTheRun() {
    List<String> sent = Collections.synchronizedList(new ArrayList<>());

    RunFailed failure =
        endedByErrors(
            new ErrorLimit.Count(3),
            100,
            texts -> {
              sent.addAll(texts);
              if (!texts.contains("text 0")) {
                throw new Refused("no");
              }
            });

    assertEquals(5, sent.size(), "nothing is sent after the fourth that failed");
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "4 of the first 5 texts failed, more than `max-errors` 3, the last because no"),
        failure.getMessage());
    assertFalse(sink.committed());
  }

  @Test
  void aShareOfErrorsIsJudgedOnceThereAreEnoughTexts() {
    AtomicInteger calls = new AtomicInteger();

    RunFailed failure =
        endedByErrors(
            new ErrorLimit.Percent(10),
            1000,
            texts -> {
              if (calls.incrementAndGet() > 1 && (calls.get() <= 6 || calls.get() % 2 == 0)) {
                throw new Refused("no");
              }
            });

    assertTrue(failure.getMessage().contains("`max-errors` 10%"), failure.getMessage());
    assertEquals(100, calls.get());
  }

  @Test
  void fewerErrorsThanWereAllowedEndNothing() throws InterruptedException {
    maxErrors = Optional.of(new ErrorLimit.Percent(2));
    options = options(OnError.COLLECT, 1, 100, OptionalInt.of(1));
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              if (sent.contains("text 7") || sent.contains("text 150")) {
                throw new Refused("no");
              }
            });

    assertEquals(Ending.COMPLETED, run(Records.source(texts(300)), provider));

    assertEquals(2, failures.failures().size());
  }

  @Test
  void aRecordThatIsInvalidCountsAsAnError() {
    maxErrors = Optional.of(new ErrorLimit.Count(0));
    options = options(OnError.COLLECT, 1, 10, OptionalInt.of(1));
    ScriptedProvider provider = new ScriptedProvider(1, ANSWERS);

    RunFailed failure =
        assertThrows(RunFailed.class, () -> run(Records.source(List.of("fine", "")), provider));

    assertTrue(failure.getMessage().startsWith("1 of the first "), failure.getMessage());
  }

  @Test
  void aChunkOfHugeTextsIsShort() throws InterruptedException {
    options = options(OnError.FAIL, 2, 100, OptionalInt.empty());
    String huge = "x".repeat(3 << 20); // 16 bytes a character: one and a half of them fill 64 MB

    run(
        Records.source(List.of("1" + huge, "2" + huge, "3" + huge)),
        new ScriptedProvider(10, ANSWERS));

    assertEquals(
        List.of(2, 1),
        events.stream()
            .filter(ChunkWritten.class::isInstance)
            .map(event -> ((ChunkWritten) event).outcomes().size())
            .toList());
  }

  @Test
  void theRestOfAHalvedRequestIsNotSentOnceATextHasFailed() {
    options = options(OnError.FAIL, 1, 10, OptionalInt.empty());
    ScriptedProvider provider =
        new ScriptedProvider(
            4,
            sent -> {
              if (sent.contains("text 0")) {
                throw new Refused("no");
              }
            });

    assertThrows(RunFailed.class, () -> run(Records.source(texts(4)), provider));

    assertEquals(List.of(4, 2, 2, 1), provider.requests().stream().map(List::size).toList());
  }

  @RepeatedTest(50)
  void aStopWithoutGraceIsNoFailure() throws InterruptedException {
    options =
        new PipelineOptions(
            OnError.FAIL,
            OnMiss.CALL,
            2,
            10,
            OptionalInt.of(1),
            OptionalInt.empty(),
            maxErrors,
            64L << 20,
            2,
            Duration.ofSeconds(10),
            Duration.ZERO);
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            sent -> {
              stop.raise();
              TimeUnit.MILLISECONDS.sleep(1);
            });

    assertEquals(Ending.INTERRUPTED, run(Records.source(texts(20)), provider));
    assertFalse(Thread.interrupted(), "nobody else gets the interrupt");
  }
}
