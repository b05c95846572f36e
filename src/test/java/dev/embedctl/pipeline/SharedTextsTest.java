package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Fresh;
import dev.embedctl.model.Outcome.Hit;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that share a cache, and want the same texts at the same time. */
@Timeout(60)
final class SharedTextsTest {
  private final Records.Sink sink = new Records.Sink();
  private final StopSignal stop = new StopSignal();
  private final OtherRun other = new OtherRun();
  private final ScriptedProvider provider = new ScriptedProvider(4, texts -> {});

  /** A cache that another run has open too, which pays for some texts. */
  private static final class OtherRun extends MapCache {
    private final Set<CacheKey> paying = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    void paysFor(String text) {
      paying.add(Promises.KEYS.keyOf(text));
    }

    void stores(String text) throws IOException {
      store(Map.of(Promises.KEYS.keyOf(text), Vectors.of(text, ScriptedProvider.DIMENSIONS)));
    }

    void dies() {
      paying.clear();
    }

    @Override
    public Claim claim(List<CacheKey> keys) throws IOException {
      Map<CacheKey, Vector> found = new HashMap<>(lookup(keys));
      Set<CacheKey> granted = new HashSet<>(keys);
      granted.removeAll(found.keySet());
      granted.removeAll(paying);
      refused.addAndGet(keys.size() - found.size() - granted.size());
      open.incrementAndGet();
      return new Claim(found, granted, open::decrementAndGet);
    }
  }

  private static PipelineOptions options(OnError onError) {
    return new PipelineOptions(
        onError,
        OnMiss.CALL,
        2,
        10,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        64L << 20,
        1,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "text " + i).toList();
  }

  private Ending run(int texts, ScriptedProvider asked) throws InterruptedException {
    return new BatchPipeline(
            Records.source(texts(0, texts)),
            sink,
            new Records.Failures(),
            other,
            asked,
            options(OnError.FAIL),
            stop,
            event -> {})
        .run();
  }

  /** A run on a thread of its own. */
  private FutureTask<Ending> started(int texts) {
    FutureTask<Ending> run = new FutureTask<>(() -> run(texts, provider));
    Thread.ofPlatform().daemon().start(run);
    return run;
  }

  private void awaitRefusals(int atLeast) throws InterruptedException {
    while (other.refused.get() < atLeast) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void assertWrittenInOrder(List<Embedding> written, List<String> texts) {
    assertEquals(texts.size(), written.size());
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(Vectors.of(texts.get(i), ScriptedProvider.DIMENSIONS), written.get(i).vector());
    }
  }

  @Test
  void aTextThatAnotherRunPaysForIsFoundOnceItIsStored() throws Exception {
    other.paysFor("text 1");
    FutureTask<Ending> run = started(3);
    awaitRefusals(3);

    other.stores("text 1");

    assertEquals(Ending.COMPLETED, run.get());
    assertEquals(List.of("text 0", "text 2"), provider.sent());
    assertWrittenInOrder(sink.written(), texts(0, 3));
    assertInstanceOf(Hit.class, sink.written().get(1));
    assertEquals(0, other.open.get());
  }

  @Test
  void aTextThatAnotherRunPaidForSinceItWasLookedUpIsNotSent() throws Exception {
    ScriptedProvider one =
        new ScriptedProvider(
            1,
            texts -> {
              try {
                other.stores("text 7");
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });

    assertEquals(Ending.COMPLETED, run(8, one));

    assertEquals(texts(0, 7), one.sent().stream().sorted().toList());
    assertInstanceOf(Hit.class, sink.written().get(7));
  }

  @Test
  void aTextIsPaidForWhenTheOtherRunDies() throws Exception {
    other.paysFor("text 1");
    FutureTask<Ending> run = started(3);
    awaitRefusals(3);

    other.dies();

    assertEquals(Ending.COMPLETED, run.get());
    assertEquals(List.of("text 0", "text 2", "text 1"), provider.sent());
    assertWrittenInOrder(sink.written(), texts(0, 3));
    assertInstanceOf(Fresh.class, sink.written().get(1));
  }

  @Test
  void allOtherTextsAreSentBeforeOneThatAnotherRunPaysFor() throws Exception {
    other.paysFor("text 0");
    FutureTask<Ending> run = started(25); // fewer than keep the reader waiting

    while (provider.sent().size() < 24) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    other.dies();

    assertEquals(Ending.COMPLETED, run.get());
    assertEquals("text 0", provider.sent().getLast());
    assertWrittenInOrder(sink.written(), texts(0, 25));
  }

  @Test
  void aClaimIsGivenUpWhenItsRequestFails() {
    ScriptedProvider refuses =
        new ScriptedProvider(
            4,
            texts -> {
              throw new Refused("no");
            });

    assertThrows(RunFailed.class, () -> run(3, refuses));

    assertEquals(0, other.open.get());
  }

  @Test
  void aRunThatWaitsForAnotherCanBeStopped() throws Exception {
    other.paysFor("text 0");
    FutureTask<Ending> run = started(1);
    awaitRefusals(2);

    stop.raise();

    assertEquals(Ending.INTERRUPTED, run.get());
    assertEquals(List.of(), provider.sent());
    assertEquals(0, other.open.get());
  }

  @Test
  void aLongWaitForAnotherRunIsReportedOnce() throws Exception {
    other.paysFor("a");
    List<PipelineEvent> events = new ArrayList<>();
    MissQueue queue = new MissQueue(event -> {});
    SharedTexts shared =
        new SharedTexts(
            other,
            queue,
            new RequestRunner(
                provider,
                DriftGuard.of(provider, new MapCache(), OptionalDouble.empty(), Instant.EPOCH),
                new VectorStore(other, event -> {}),
                queue,
                OnError.FAIL,
                new RunFailure(stop),
                new ErrorTally(Optional.empty(), new RunFailure(stop)),
                new ServerFaults(1),
                stop,
                () -> {}),
            new ErrorTally(Optional.empty(), new RunFailure(stop)),
            events::add,
            () -> {},
            Duration.ZERO);
    Chunk chunk = Promises.chunk("a");
    queue.add(Promises.in(chunk, "a"), chunk);

    shared.run(queue.take(new RequestPacker(RequestPackerTest.OPTIONS, provider)));
    assertEquals(List.of(), events);
    shared.lookAgain(queue.takePutOff());
    shared.lookAgain(queue.takePutOff());

    assertEquals(List.of(new PipelineEvent.AwaitsOtherRun(1)), events);
    assertEquals(List.of(), provider.sent());
  }

  /** Each has its own cache open on one folder, and the same texts in another order. */
  @RepeatedTest(5)
  void threeRunsAtOncePayForEachTextOnce(@TempDir Path folder) throws Exception {
    ScriptedProvider counted =
        new ScriptedProvider(3, texts -> TimeUnit.MILLISECONDS.sleep(1 + texts.size()));
    List<FutureTask<List<Embedding>>> runs = new ArrayList<>();
    for (int first : List.of(0, 40, 80)) {
      List<String> order = new ArrayList<>(texts(first, 120));
      order.addAll(texts(0, first));
      Callable<List<Embedding>> whole = () -> written(folder, order, counted);
      FutureTask<List<Embedding>> run = new FutureTask<>(whole);
      Thread.ofPlatform().daemon().start(run);
      runs.add(run);
    }

    for (FutureTask<List<Embedding>> run : runs) {
      List<Embedding> written = run.get();
      List<String> order = written.stream().map(SharedTextsTest::textOf).toList();
      assertEquals(new HashSet<>(texts(0, 120)), new HashSet<>(order));
      assertWrittenInOrder(written, order);
    }
    assertEquals(120, new HashSet<>(counted.sent()).size());
    assertEquals(120, counted.sent().size(), "each text is paid for once");
  }

  private static String textOf(Embedding embedding) {
    return ((Text.Valid) embedding.record().text()).value();
  }

  private static List<Embedding> written(Path folder, List<String> texts, ScriptedProvider asked)
      throws Exception {
    Records.Sink written = new Records.Sink();
    LockTerms terms = new LockTerms("a test", Duration.ZERO, holder -> {});
    try (VectorCache cache = LogCache.open(folder, asked.spec(), terms, InstantSource.system())) {
      Ending ending =
          new BatchPipeline(
                  Records.source(texts),
                  written,
                  new Records.Failures(),
                  cache,
                  asked,
                  options(OnError.FAIL),
                  new StopSignal(),
                  event -> {})
              .run();
      assertEquals(Ending.COMPLETED, ending);
      assertTrue(written.committed());
    }
    return written.written();
  }
}
