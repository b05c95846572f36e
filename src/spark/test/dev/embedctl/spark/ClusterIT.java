package dev.embedctl.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.input.JsonText;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job's jar on a cluster of two executor processes, one of which is killed. */
final class ClusterIT {
  private static final int DIMENSIONS = 8;
  private static final int TEXTS = 6_000;
  private static final int TEXTS_PER_TASK = 500;

  /** Minutes that a step may take on a busy machine. */
  private static final int PATIENCE = 7;

  /** The call at which an executor is killed: in the middle of the second round. */
  private static final int KILLED_AT = 60;

  @Test
  void aKilledExecutorCostsAtMostItsTaskAndTheNextRunCostsNothing(@TempDir Path folder)
      throws Exception {
    List<String> texts =
        IntStream.range(0, TEXTS).mapToObj(i -> "text " + i % (TEXTS / 2)).toList();
    Path input = folder.resolve("texts.jsonl");
    Files.write(
        input,
        IntStream.range(0, TEXTS)
            .mapToObj(i -> "{\"id\":" + i + ",\"text\":" + JsonText.quoted(texts.get(i)) + "}")
            .toList());
    CountDownLatch reached = new CountDownLatch(1);
    try (OpenAiServer server =
        new OpenAiServer(
            DIMENSIONS,
            call -> {
              if (call == KILLED_AT) {
                reached.countDown();
              }
              return Optional.of(Duration.ofMillis(50));
            })) {
      SparkHome spark = SparkHome.in(folder.resolve("spark"));
      Path log = folder.resolve("log");
      Process first = submit(spark, log, folder, input, server);
      try {
        assertTrue(reached.await(PATIENCE, TimeUnit.MINUTES), () -> read(log));
        List<ProcessHandle> executors = SparkHome.executorsOf(first);
        assertEquals(2, executors.size(), "two executors");
        assertTrue(executors.getFirst().destroyForcibly());
        assertTrue(first.waitFor(PATIENCE, TimeUnit.MINUTES), () -> read(log));
      } finally {
        first.descendants().forEach(ProcessHandle::destroyForcibly);
        first.destroyForcibly();
      }
      assertEquals(0, first.exitValue(), () -> read(log));
      check(folder.resolve("out"), texts);
      int asked = server.asked().values().stream().mapToInt(Integer::intValue).sum();
      assertTrue(asked > TEXTS / 2, "the killed executor had texts in flight");
      assertTrue(asked <= TEXTS / 2 + 2 * TEXTS_PER_TASK, "asked " + asked);

      int calls = server.calls();
      Process second = submit(spark, log, folder, input, server);
      assertTrue(second.waitFor(PATIENCE, TimeUnit.MINUTES), () -> read(log));
      assertEquals(0, second.exitValue(), () -> read(log));
      assertEquals(calls, server.calls());
      check(folder.resolve("out"), texts);
    }
  }

  private static Process submit(
      SparkHome spark, Path log, Path folder, Path input, OpenAiServer server) throws IOException {
    return spark.submit(
        log,
        List.of("spark.ui.enabled=false", "spark.sql.shuffle.partitions=4"),
        Path.of(System.getProperty("embedctl.spark.jar")),
        List.of(
            "--input",
            input.toString(),
            "--output",
            folder.resolve("out").toString(),
            "--cache",
            folder.resolve("cache").toString(),
            "--provider",
            "openai",
            "--model",
            "m",
            "--base-url",
            server.baseUrl(),
            "--texts-per-request",
            "25",
            "--concurrency",
            "4",
            "--texts-per-task",
            "" + TEXTS_PER_TASK,
            "-v"));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void check(Path output, List<String> texts) throws SQLException {
    boolean[] seen = new boolean[texts.size()];
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        ResultSet rows =
            duckdb
                .createStatement()
                .executeQuery("select id, embedding from '" + output + "/*.parquet'")) {
      while (rows.next()) {
        int id = Integer.parseInt(rows.getString(1));
        assertFalse(seen[id], "row " + id + " is there once");
        seen[id] = true;
        Object[] floats = (Object[]) rows.getArray(2).getArray();
        Vector expected = Vectors.of(texts.get(id), DIMENSIONS);
        for (int i = 0; i < DIMENSIONS; i++) {
          assertEquals(expected.at(i), (Float) floats[i]);
        }
      }
    }
    for (int id = 0; id < seen.length; id++) {
      assertTrue(seen[id], "row " + id);
    }
  }
}
