package dev.embedctl.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.stream.IntStream;
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
      assertEquals(0, first.rows().filter("cached").count());
      assertEquals(0, first.errors().count());

      EmbeddedRows second = column(server).run(rows(texts), "text", "embedding", Optional.of("id"));
      assertVectors(second.rows(), texts);
      assertEquals(calls, server.calls());
      assertEquals(3000, second.rows().filter("cached").count());
      assertEquals(0, second.figures().misses());
    }
  }
}
