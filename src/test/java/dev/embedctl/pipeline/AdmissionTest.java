package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class AdmissionTest {
  private static final Vector VECTOR = Vector.wrap(1f, 2f);

  private final List<PipelineEvent> events = new ArrayList<>();
  private final Set<CacheKey> lookedUp = new HashSet<>();
  private final MapCache cache =
      new MapCache() {
        @Override
        public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
          lookedUp.addAll(keys);
          return super.lookup(keys);
        }
      };
  private final MissQueue queue = new MissQueue(event -> {});
  private final ScriptedProvider provider =
      new ScriptedProvider(
          new ProviderLimits(10, OptionalInt.of(10), OptionalInt.empty()),
          Oversize.ERROR,
          texts -> {});

  private Admission admission(OnError onError, OnMiss onMiss) {
    return admission(onError, onMiss, queue, events::add);
  }

  private Admission admission(
      OnError onError, OnMiss onMiss, MissQueue queued, PipelineListener listener) {
    return admission(provider, onError, onMiss, queued, listener);
  }

  private static Chunk admit(Admission admission, List<InputRecord> records) {
    return admission.admit(KeyedRecords.of(records, admission.keys()));
  }

  private Admission admission(
      EmbeddingProvider asked,
      OnError onError,
      OnMiss onMiss,
      MissQueue queued,
      PipelineListener listener) {
    PipelineOptions options =
        new PipelineOptions(
            onError,
            onMiss,
            4,
            10,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            64L << 20,
            1,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));
    ErrorTally tally = new ErrorTally(Optional.empty(), new RunFailure(new StopSignal()));
    return new Admission(
        asked,
        cache,
        DriftGuard.of(asked, cache, OptionalDouble.empty(), Instant.EPOCH),
        queued,
        options,
        tally,
        new ServerFaults(1),
        listener);
  }

  private static List<InputRecord> records(String... texts) {
    List<InputRecord> records = new ArrayList<>();
    Records.Source source = Records.source(List.of(texts));
    for (int i = 0; i < texts.length; i++) {
      records.add(source.next().orElseThrow());
    }
    return records;
  }

  private List<String> queued() throws InterruptedException {
    queue.close();
    return Promises.texts(queue.take(new RequestPacker(RequestPackerTest.OPTIONS, provider)));
  }

  @Test
  void queuesWhatIsNotInTheCacheAndGivesTheRestItsOutcome() throws Exception {
    cache.store(Map.of(Promises.KEYS.keyOf("b"), VECTOR));

    Chunk chunk = admit(admission(OnError.FAIL, OnMiss.CALL), records("a", "b", "c"));

    assertFalse(chunk.isWhole());
    assertEquals(List.of("a", "c"), queued());
  }

  @Test
  void aChunkOfHitsIsWholeAtOnce() throws Exception {
    cache.store(Map.of(Promises.KEYS.keyOf("a"), VECTOR));

    Chunk chunk = admit(admission(OnError.FAIL, OnMiss.CALL), records("a", "a"));

    assertTrue(chunk.isWhole());
    for (int i = 0; i < 2; i++) {
      Outcome.Hit hit = (Outcome.Hit) chunk.outcomes().get(i);
      assertEquals(VECTOR, hit.vector());
      assertEquals(i, hit.record().index());
    }
    assertEquals(0, queue.size());
  }

  @Test
  @Timeout(60)
  void aListenerToOutcomesHoldsNobodyUp() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    MissQueue[] listened = new MissQueue[1];
    PipelineListener listener =
        event -> {
          if (event instanceof PipelineEvent.Settled) {
            FutureTask<Integer> other = new FutureTask<>(() -> listened[0].size());
            Thread.ofPlatform().daemon().start(other);
            try {
              sizes.add(other.get()); // never, if the lock is held meanwhile
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        };
    listened[0] = new MissQueue(listener);
    cache.store(Map.of(Promises.KEYS.keyOf("b"), VECTOR));
    RequestPacker packer = new RequestPacker(RequestPackerTest.OPTIONS, provider);

    admit(admission(OnError.FAIL, OnMiss.CALL, listened[0], listener), records("a", "b"));
    listened[0].keep(listened[0].take(packer), List.of(VECTOR), Duration.ZERO);

    assertEquals(List.of(0, 0), sizes, "of a hit, and of a text that was sent");
  }

  @Test
  void aChunkWeighsAllThatItsRecordsHold() {
    InputRecord plain = records("a").getFirst();
    InputRecord heavy =
        new InputRecord(
            0,
            plain.place(),
            plain.text(),
            Optional.of("i".repeat(1000)),
            Optional.of("m".repeat(2000)),
            InputRecord.Original.of(4000, () -> "{}"));
    Admission admission = admission(OnError.FAIL, OnMiss.CALL);

    long more =
        admit(admission, List.of(heavy)).weight() - admit(admission, List.of(plain)).weight();

    assertTrue(more >= 7000, () -> "it weighs " + more + " more");
  }

  @Test
  void nothingOfAChunkIsQueuedWhereOneOfItsTextsIsInvalid() {
    Admission admission = admission(OnError.FAIL, OnMiss.CALL);

    InvalidInput blank =
        assertThrows(InvalidInput.class, () -> admit(admission, records("a", "b", "")));
    InvalidInput tooLong =
        assertThrows(InvalidInput.class, () -> admit(admission, records("a", "longer than ten")));

    assertEquals("input:3: the text is blank", blank.getMessage());
    assertTrue(tooLong.getMessage().startsWith("input:2: the text has 15 tokens"));
    assertEquals(0, queue.size());
  }

  @Test
  void inCollectModeInvalidTextsFailAndTheOthersAreQueued() throws Exception {
    Chunk chunk =
        admit(
            admission(OnError.COLLECT, OnMiss.CALL),
            records("", "longer than ten", "a", "longer than ten"));

    queue.close();
    List<TextPromise> request = queue.take(new RequestPacker(RequestPackerTest.OPTIONS, provider));
    assertEquals(List.of("a"), Promises.texts(request));
    queue.keep(request, List.of(VECTOR), Duration.ZERO);
    assertEquals(
        List.of("blank_text", "too_long", "vector", "too_long"),
        chunk.outcomes().stream()
            .map(
                outcome ->
                    outcome instanceof Outcome.Failed failed
                        ? failed.failure().code().word()
                        : "vector")
            .toList());
  }

  @Test
  void aTextThatStandsTwiceIsPromisedOnce() throws Exception {
    Chunk chunk = admit(admission(OnError.FAIL, OnMiss.CALL), records("a", "b", "a"));

    List<TextPromise> request = queue.take(new RequestPacker(RequestPackerTest.OPTIONS, provider));
    assertEquals(List.of("a", "b"), Promises.texts(request));
    queue.keep(request, List.of(VECTOR, Vector.wrap(3f, 4f)), Duration.ZERO);
    assertTrue(chunk.isWhole());
    assertEquals(1, chunk.written(chunk.outcomes()).duplicates());
    assertEquals(VECTOR, ((Outcome.Fresh) chunk.outcomes().get(2)).vector());
  }

  @Test
  void aTextThatIsOnItsWayIsNeitherLookedUpNorPromisedAgain() throws Exception {
    Admission admission = admission(OnError.FAIL, OnMiss.CALL);
    Chunk first = admit(admission, records("a", "b"));
    lookedUp.clear();

    Chunk second = admit(admission, records("b", "c"));

    assertTrue(lookedUp.contains(Promises.KEYS.keyOf("c")));
    assertFalse(lookedUp.contains(Promises.KEYS.keyOf("b")));
    List<TextPromise> request = queue.take(new RequestPacker(RequestPackerTest.OPTIONS, provider));
    assertEquals(List.of("a", "b", "c"), Promises.texts(request));
    queue.keep(request, List.of(VECTOR, VECTOR, VECTOR), Duration.ZERO);
    assertTrue(first.isWhole());
    assertTrue(second.isWhole());
    assertEquals(1, second.written(second.outcomes()).duplicates());
  }

  @Test
  void aMissThatMayNotBeSentIsNamedOrCollected() {
    RunFailed failure =
        assertThrows(
            RunFailed.class, () -> admit(admission(OnError.FAIL, OnMiss.FAIL), records("a", "b")));
    Chunk collected = admit(admission(OnError.COLLECT, OnMiss.FAIL), records("a", "a"));

    assertTrue(failure.getMessage().startsWith("input:1: the text is not in the cache"));
    assertTrue(collected.isWhole());
    for (Outcome outcome : collected.outcomes()) {
      assertEquals(FailureCode.CACHE_MISS, ((Outcome.Failed) outcome).failure().code());
    }
    assertEquals(0, queue.size());
  }

  /** A provider that cuts long texts, so that each text is counted for its key. */
  private static final class Counting implements EmbeddingProvider {
    private int counted;

    @Override
    public EmbeddingSpec spec() {
      return new EmbeddingSpec(
          "p", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.TRUNCATE, "");
    }

    @Override
    public ProviderLimits limits() {
      return new ProviderLimits(10, OptionalInt.of(10), OptionalInt.empty());
    }

    @Override
    public int tokens(String text) {
      counted++;
      return 1;
    }

    @Override
    public Embeddings embed(EmbeddingRequest request) {
      throw new IllegalStateException("nothing is sent");
    }

    @Override
    public void close() {}
  }

  @Test
  void countsOfAllTextsOfAChunkAreFreedWhenItIsAdmitted() {
    Counting counting = new Counting();
    Admission admission = admission(counting, OnError.FAIL, OnMiss.CALL, queue, events::add);

    admit(admission, records("a", "b", "a"));
    assertEquals(2, counting.counted);
    admit(admission, records("a")); // joins the promise of the first chunk
    assertEquals(3, counting.counted);
    admit(admission, records("a"));
    assertEquals(4, counting.counted);
  }
}
