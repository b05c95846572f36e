package dev.embedctl.spark;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.service.EmbeddingService;
import dev.embedctl.service.EmbeddingSettings;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The flow in one JVM with two tasks at a time. */
@TestInstance(Lifecycle.PER_CLASS)
final class EmbedColumnTest {
  private static final int DIMENSIONS = 8;
  private static final StructType TEXTS =
      new StructType().add("id", DataTypes.LongType).add("text", DataTypes.StringType);

  private SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  void open() {
    spark = LocalSpark.session();
  }

  @AfterAll
  void close() {
    spark.stop();
  }

  private Dataset<Row> rows(List<String> texts) {
    List<Row> rows =
        IntStream.range(0, texts.size())
            .mapToObj(i -> RowFactory.create((long) i, texts.get(i)))
            .toList();
    return spark.createDataFrame(rows, TEXTS).repartition(4);
  }

  private static EmbeddingSettings settings(OpenAiServer server) {
    return EmbeddingService.builder()
        .provider("openai")
        .baseUrl(server.baseUrl())
        .model("m")
        .settings();
  }

  private EmbedColumn column(OpenAiServer server) {
    return EmbedColumn.of(settings(server)).cache(folder.resolve("cache").toString());
  }

  private static void assertVectors(Dataset<Row> embedded, List<String> texts) {
    Map<Long, Row> byId = new HashMap<>();
    embedded.collectAsList().forEach(row -> byId.put(row.getAs("id"), row));
    assertEquals(texts.size(), byId.size());
    for (int i = 0; i < texts.size(); i++) {
      List<Float> vector = byId.get((long) i).getList(byId.get((long) i).fieldIndex("embedding"));
      for (int j = 0; j < DIMENSIONS; j++) {
        assertEquals(Vectors.of(texts.get(i), DIMENSIONS).at(j), vector.get(j));
      }
    }
  }

  @Test
  void eachDistinctTextIsPaidOnceAcrossPartitionsAndASecondRunPaysForNone() throws IOException {
    List<String> texts = IntStream.range(0, 3000).mapToObj(i -> "text " + i % 2100).toList();
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(1))) {
      EmbeddedRows first = column(server).run(rows(texts), "text", "embedding", Optional.of("id"));
      assertVectors(first.rows(), texts);
      assertEquals(2100, server.asked().size());
      assertEquals(2100, first.figures().embedded());
      int calls = server.calls();
      assertEquals(calls, first.figures().calls());
      assertTrue(server.asked().values().stream().mapToInt(i -> i).sum() <= 2101, "one confirms");
      assertEquals(0, first.rows().filter("embedctl_cached").count());
      assertEquals(0, first.errors().count());

      EmbeddedRows second = column(server).run(rows(texts), "text", "embedding", Optional.of("id"));
      assertVectors(second.rows(), texts);
      assertEquals(calls, server.calls());
      assertEquals(3000, second.rows().filter("embedctl_cached").count());
      assertEquals(0, second.figures().misses());
    }
  }

  @Test
  void aKilledTaskPaysAgainForItsOwnTextsOnly() throws IOException {
    List<String> texts = IntStream.range(0, 4000).mapToObj(i -> "killed " + i).toList();
    Running running = new Running();
    spark.sparkContext().addSparkListener(running);
    try (OpenAiServer server =
        new OpenAiServer(
            DIMENSIONS,
            call -> {
              if (call == 50) { // in the third of four rounds
                running.killOne(spark);
              }
              return Optional.of(Duration.ofMillis(20));
            })) {
      EmbeddingSettings settings =
          EmbeddingService.builder()
              .provider("openai")
              .baseUrl(server.baseUrl())
              .model("m")
              .textsPerRequest(50)
              .settings();
      EmbeddedRows embedded =
          EmbedColumn.of(settings)
              .cache(folder.resolve("killed").toString())
              .textsPerTask(500)
              .run(rows(texts), "text", "embedding", Optional.empty());
      assertVectors(embedded.rows(), texts);
      assertEquals(4, embedded.figures().rounds());
      assertEquals(1, running.killed());
      int asked = server.asked().values().stream().mapToInt(i -> i).sum();
      assertTrue(asked > 4000, "the task had been paid for some texts: " + asked);
      assertTrue(asked <= 4600, "a partition has about 500 texts: " + asked);
      assertEquals(
          4000, spark.read().parquet(folder.resolve("killed").toString()).count(), "stored once");
    } finally {
      spark.sparkContext().removeSparkListener(running);
    }
  }

  @Test
  void callsThatAreRefusedForTheRateAreRepeatedByEachTask() throws IOException {
    List<String> texts = IntStream.range(0, 4000).mapToObj(i -> "rate " + i).toList();
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(5))) {
      server.limitRate(call -> call == 3 || call == 4);
      EmbeddingSettings settings =
          EmbeddingService.builder()
              .provider("openai")
              .baseUrl(server.baseUrl())
              .model("m")
              .textsPerRequest(500)
              .settings();
      EmbeddedRows embedded =
          EmbedColumn.of(settings)
              .cache(folder.resolve("rate").toString())
              .run(rows(texts), "text", "embedding", Optional.empty());
      assertVectors(embedded.rows(), texts);
      assertEquals(2, embedded.figures().rateLimited());
      assertEquals(server.calls(), embedded.figures().calls());
    }
  }

  @Test
  void theTasksTogetherMakeNoMoreCallsAtOnceThanTheJob() throws IOException {
    List<String> texts = IntStream.range(0, 5000).mapToObj(i -> "at once " + i).toList();
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(10))) {
      EmbeddingSettings settings =
          EmbeddingService.builder()
              .provider("openai")
              .baseUrl(server.baseUrl())
              .model("m")
              .textsPerRequest(50)
              .concurrency(3)
              .settings();
      EmbedColumn.of(settings)
          .cache(folder.resolve("at-once").toString())
          .textsPerTask(1000)
          .embed(rows(texts), "text", "embedding");
      assertEquals(3, server.mostInFlight());
    }
  }

  @Test
  void aDamagedRowOfTheCacheIsPaidForAgain() throws IOException {
    List<String> texts = List.of("intact", "damaged");
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ZERO)) {
      column(server).embed(rows(texts), "text", "embedding");
      Path table = folder.resolve("cache");
      Path copy = folder.resolve("copy");
      spark
          .read()
          .parquet(table.toString())
          .withColumn(
              "checksum",
              expr(
                  "if(vector[0] = "
                      + Vectors.of("damaged", DIMENSIONS).at(0)
                      + "f, checksum + 1, checksum)"))
          .write()
          .partitionBy("spec")
          .parquet(copy.toString());
      Dataset<Row> embedded =
          EmbedColumn.of(settings(server))
              .cache(copy.toString())
              .embed(rows(texts), "text", "embedding");
      assertVectors(embedded, texts);
      assertEquals(Map.of("intact", 1, "damaged", 2), server.asked());
    }
  }

  @Test
  void aSessionThatStartsCopiesOfTasksIsRefused() throws IOException {
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ZERO)) {
      spark.sparkContext().conf().set("spark.speculation", "true");
      try {
        EmbedColumn column = column(server);
        Dataset<Row> rows = rows(List.of("a"));
        assertThrows(EmbedctlException.Usage.class, () -> column.embed(rows, "text", "embedding"));
      } finally {
        spark.sparkContext().conf().remove("spark.speculation");
      }
      assertEquals(0, server.calls());
    }
  }

  @Test
  void aJobWithoutACacheIsRefused() throws IOException {
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ZERO)) {
      EmbedColumn without = EmbedColumn.of(settings(server));
      assertThrows(
          EmbedctlException.Usage.class,
          () -> without.embed(rows(List.of("a")), "text", "embedding"));
      assertEquals(0, server.calls());
    }
  }

  /** The tasks that run now. */
  private static final class Running extends SparkListener {
    private final Set<Long> tasks = ConcurrentHashMap.newKeySet();
    private final AtomicInteger killed = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      tasks.add(start.taskInfo().taskId());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      tasks.remove(end.taskInfo().taskId());
      if (end.taskInfo().killed()) {
        killed.incrementAndGet();
      }
    }

    void killOne(SparkSession spark) {
      spark.sparkContext().killTaskAttempt(tasks.iterator().next(), true, "a test");
    }

    int killed() {
      return killed.get();
    }
  }
}
