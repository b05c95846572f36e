package dev.embedctl.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The job from its command line to its files, in one JVM. */
@TestInstance(Lifecycle.PER_CLASS)
final class JobMainTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SparkSession spark;

  @BeforeAll
  void open() {
    spark = LocalSpark.session();
  }

  @AfterAll
  void close() {
    spark.stop();
  }

  private record Ended(int code, String err) {}

  private Ended run(Path folder, OpenAiServer server, String... more) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--input", folder.resolve("texts.jsonl").toString()));
    arguments.addAll(List.of("--output", folder.resolve("out").toString()));
    arguments.addAll(List.of("--cache", folder.resolve("cache").toString()));
    arguments.addAll(List.of("--provider", "openai", "--model", "m"));
    arguments.addAll(List.of("--base-url", server.baseUrl()));
    arguments.addAll(Arrays.asList(more));
    int code =
        new JobMain(() -> spark, new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(arguments.toArray(String[]::new));
    return new Ended(code, err.toString(StandardCharsets.UTF_8));
  }

  private static void write(Path folder, List<String> texts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      lines.add(
          JSON.writeValueAsString(
              JSON.createObjectNode().put("id", i).put("text", texts.get(i)).put("lang", "en")));
    }
    Files.write(folder.resolve("texts.jsonl"), lines);
  }

  private Map<String, float[]> vectors(Path folder) {
    Map<String, float[]> byId = new TreeMap<>();
    for (Row row : spark.read().parquet(folder.resolve("out").toString()).collectAsList()) {
      List<Float> list = row.getList(row.fieldIndex("embedding"));
      float[] vector = new float[list.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = list.get(i);
      }
      byId.put(row.getAs("id"), vector);
    }
    return byId;
  }

  private static JsonNode metrics(Path folder) throws IOException {
    return JSON.readTree(folder.resolve("out.metrics.json").toFile());
  }

  @Test
  void tablesAreReadAndWrittenByTheirNames(@TempDir Path folder) throws IOException {
    write(folder, List.of("one", "two", "one"));
    spark.sql("DROP TABLE IF EXISTS texts");
    spark.sql("DROP TABLE IF EXISTS vectors");
    spark
        .read()
        .json(folder.resolve("texts.jsonl").toString())
        .write()
        .option("path", folder.resolve("table").toString())
        .saveAsTable("texts");
    try (OpenAiServer server = new OpenAiServer(16, Duration.ZERO)) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code =
          new JobMain(() -> spark, new PrintStream(err, true, StandardCharsets.UTF_8))
              .run(
                  "--input=table:texts",
                  "--output=table:vectors",
                  "--cache=" + folder.resolve("cache"),
                  "--metrics=" + folder.resolve("m.json"),
                  "--provider=openai",
                  "--model=m",
                  "--base-url=" + server.baseUrl());

      assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
    }
    assertEquals(3, spark.table("vectors").where("size(embedding) = 16").count());
    assertEquals(2, JSON.readTree(folder.resolve("m.json").toFile()).get("tokens").intValue());
    spark.sql("DROP TABLE vectors");
    spark.sql("DROP TABLE texts");
  }

  @Test
  void theVectorsAreThoseOfBatchAndTheSecondRunMakesNoCall(@TempDir Path folder)
      throws IOException {
    List<String> texts =
        IntStream.range(0, 400).mapToObj(i -> "a text, and ünïcode " + i % 300).toList();
    write(folder, texts);
    try (OpenAiServer server = new OpenAiServer(16, Duration.ZERO)) {
      Ended first =
          run(folder, server, "--metadata", "lang", "--events", folder.resolve("e.jsonl") + "");
      assertEquals(0, first.code(), first.err());
      int calls = server.calls();
      assertEquals(calls, metrics(folder).get("api_calls").intValue());
      assertEquals(300, metrics(folder).get("texts_embedded").intValue() - 100);
      assertEquals(100, metrics(folder).get("duplicates").intValue());
      assertEquals(400, metrics(folder).get("batch_size").intValue());
      assertEquals(300, metrics(folder).get("tokens").intValue());
      List<String> events = Files.readAllLines(folder.resolve("e.jsonl"));
      assertEquals(2, events.size());
      assertEquals(300, JSON.readTree(events.get(0)).at("/data/total_count").intValue());
      assertEquals("embedding.run_completed", JSON.readTree(events.get(1)).get("type").textValue());

      Ended second = run(folder, server, "--metadata", "lang");
      assertEquals(0, second.code(), second.err());
      assertEquals(calls, server.calls());
      assertEquals(0, metrics(folder).get("api_calls").intValue());
      assertEquals(400, metrics(folder).get("cache_hits").intValue());
      assertEquals(
          List.of("id", "lang", "embedding", "cached"),
          Arrays.asList(spark.read().parquet(folder.resolve("out").toString()).columns()));

      InProcess.Ended batch =
          new InProcess(folder)
              .run(
                  "batch",
                  folder.resolve("texts.jsonl").toString(),
                  "-o",
                  folder.resolve("batch.jsonl").toString(),
                  "--vector-format",
                  "base64",
                  "--provider",
                  "openai",
                  "--model",
                  "m",
                  "--base-url",
                  server.baseUrl());
      assertEquals(0, batch.code(), batch.err());
      Map<String, float[]> ours = vectors(folder);
      assertEquals(400, ours.size());
      for (String line : Files.readAllLines(folder.resolve("batch.jsonl"))) {
        JsonNode row = JSON.readTree(line);
        byte[] bytes = Base64.getDecoder().decode(row.get("embedding").textValue());
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        assertArrayEquals(vector, ours.get(row.get("id").asText()), 0f);
      }
    }
  }

  @Test
  void failedRowsAreCollectedWithTheirReasonsAndTheOthersAreEmbedded(@TempDir Path folder)
      throws IOException {
    write(folder, List.of("good", "poison", " ", "better", "poison"));
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      server.refuse("poison");
      Ended ended = run(folder, server, "--on-error", "collect");
      assertEquals(4, ended.code(), ended.err());
      assertEquals(List.of("0", "3"), List.copyOf(vectors(folder).keySet()));
      Map<String, String> codes = new TreeMap<>();
      spark
          .read()
          .parquet(folder.resolve("out.errors").toString())
          .collectAsList()
          .forEach(row -> codes.put(row.getAs("id"), row.getAs("code")));
      assertEquals(Map.of("1", "refused", "2", "blank_text", "4", "refused"), codes);
      assertEquals(3, metrics(folder).get("errors").intValue());
      assertEquals("completed", metrics(folder).get("status").textValue());
    }
  }

  @Test
  void theFirstFailureEndsTheRunAfterWhatWasPaidForIsStored(@TempDir Path folder)
      throws IOException {
    write(folder, List.of("good", "poison", "better"));
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      server.refuse("poison");
      Ended ended = run(folder, server, "--texts-per-request", "1");
      assertEquals(1, ended.code(), ended.err());
      assertTrue(ended.err().contains("the row with id 1: "), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertFalse(Files.exists(folder.resolve("out")));
      assertEquals("failed", metrics(folder).get("status").textValue());
      long stored = spark.read().parquet(folder.resolve("cache").toString()).count();
      assertEquals(server.answered().size(), stored);
    }
  }

  @Test
  void aTextThatCannotBeEmbeddedIsFoundBeforeACallIsMade(@TempDir Path folder) throws IOException {
    write(folder, List.of("good", "\u00a0"));
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      Ended ended = run(folder, server);
      assertEquals(3, ended.code(), ended.err());
      assertEquals("embedctl: the row with id 1: the text is blank\n", ended.err());
      assertEquals(0, server.calls());
    }
  }

  @Test
  void wrongCommandLinesAreNamedInOneLine(@TempDir Path folder) throws IOException {
    write(folder, List.of("good"));
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      for (List<String> wrong :
          List.of(
              List.of("--text-field", "txet"),
              List.of("--id-field", "di"),
              List.of("--metadata", "land"),
              List.of("--provider", "local", "--base-url", ""),
              List.of("--max-errors", "3"),
              List.of("--concurrency", "0"),
              List.of("--nonsense"))) {
        Ended ended = run(folder, server, wrong.toArray(String[]::new));
        assertEquals(2, ended.code(), wrong + ended.err());
        assertEquals(1, ended.err().lines().count(), wrong + ended.err());
      }
      assertEquals(0, server.calls());
    }
  }

  @Test
  void theBudgetOfTheJobIsSharedOutAndNotExceeded(@TempDir Path folder) throws IOException {
    write(folder, IntStream.range(0, 5000).mapToObj(i -> "money " + i).toList());
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      Ended ended = run(folder, server, "--max-tokens", "2000", "--texts-per-request", "20");
      assertEquals(1, ended.code(), ended.err());
      assertTrue(ended.err().contains("--max-tokens"), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      int paid = server.answered().size();
      assertTrue(paid > 1000 && paid <= 2000, "a text costs one token: " + paid);
      assertEquals(paid, metrics(folder).get("tokens").intValue());

      assertEquals(0, run(folder, server).code());
      assertEquals(5000, server.asked().size());
      assertTrue(server.asked().values().stream().allMatch(times -> times == 1));
    }
  }

  @Test
  void aWrongKeyEndsTheRunInOneLineWithItsMetrics(@TempDir Path folder) throws IOException {
    write(folder, List.of("good"));
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      Ended ended = run(folder, server, "--api-key-env", "NO_SUCH_KEY_OF_A_TEST");
      assertEquals(2, ended.code(), ended.err());
      assertTrue(ended.err().contains("NO_SUCH_KEY_OF_A_TEST"), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertEquals(0, server.calls());
    }
  }

  @Test
  void aRunThatMayNotCallTakesWhatTheCacheHas(@TempDir Path folder) throws IOException {
    write(folder, List.of("known"));
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      assertEquals(0, run(folder, server).code());
      write(folder, List.of("known", "unknown"));
      Ended ended = run(folder, server, "--cache-only", "--on-error", "collect");
      assertEquals(4, ended.code(), ended.err());
      assertEquals(1, server.calls());
      assertEquals(List.of("0"), List.copyOf(vectors(folder).keySet()));
      assertEquals(0, run(folder, server, "--refresh").code());
      assertEquals(Map.of("known", 2, "unknown", 1), server.asked());
    }
  }
}
