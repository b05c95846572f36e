package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a server that answers out of order. */
final class ServedRunIT {
  private static final int DIMENSIONS = 32;

  @TempDir private Path folder;

  private Path input(int texts) throws IOException {
    Path input = folder.resolve("input.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(input)) {
      for (int i = 0; i < texts; i++) {
        out.write("{\"id\":\"r" + i + "\",\"text\":\"" + text(i) + "\"}\n");
      }
    }
    return input;
  }

  private static String text(int i) {
    return "This is the text with the number " + i;
  }

  private String[] batch(OpenAiServer server, String... more) {
    return Stream.concat(
            Stream.of(
                "batch",
                "input.jsonl",
                "-o",
                "out.jsonl",
                "--provider",
                "openai",
                "--model=m",
                "--base-url",
                server.baseUrl()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private void assertWhole(int texts) throws IOException {
    AtomicInteger next = new AtomicInteger();
    Output.forEachLine(
        folder.resolve("out.jsonl"),
        line -> {
          int i = next.getAndIncrement();
          assertEquals(i, line.index());
          assertEquals("r" + i, line.id().orElseThrow());
          assertEquals(Vectors.of(text(i), DIMENSIONS), line.vector());
        });
    assertEquals(texts, next.get());
  }

  @Test
  void aThousandTextsComeBackBitExactAndInOrderAndTheSecondRunCallsNobody() throws Exception {
    input(1000);
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(5))) {
      Embedctl embedctl = new Embedctl(folder);

      assertEquals(0, embedctl.run(batch(server, "--texts-per-request", "1")).code());

      assertWhole(1000);
      assertEquals(1000, server.calls());
      assertEquals(10, server.mostInFlight());
      JsonNode first = Output.json(folder.resolve("out.jsonl.metrics.json"));
      assertEquals(1000, first.get("batch_size").intValue());
      assertEquals(0, first.get("cache_hits").intValue());
      assertEquals(1000, first.get("api_calls").intValue());
      assertEquals(0, first.get("errors").intValue());
      assertEquals(10, first.get("concurrent_workers").intValue());
      assertEquals("completed", first.get("status").textValue());

      assertEquals(0, embedctl.run(batch(server)).code());

      assertWhole(1000);
      assertEquals(1000, server.calls(), "the second run made no call");
      JsonNode second = Output.json(folder.resolve("out.jsonl.metrics.json"));
      assertEquals(1000, second.get("cache_hits").intValue());
      assertEquals(1.0, second.get("cache_hit_rate").doubleValue());
      assertEquals(0, second.get("api_calls").intValue());
      assertTrue(second.get("worker_utilization").isNull());
    }
  }

  @Test
  void aHundredThousandTextsStreamThroughAHeapOf256Megabytes() throws Exception {
    input(100_000);
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(5))) {
      Ended ended = new Embedctl(folder).with("EMBEDCTL_HEAP", "256m").run(batch(server));

      assertEquals("", ended.err());
      assertEquals(0, ended.code());
      assertWhole(100_000);
      assertEquals(100_000, server.asked().size());
      assertEquals(Set.of(1), new HashSet<>(server.asked().values()), "each was asked for once");
    }
  }

  /**
   * Whatever moment a run dies at, running it again gives the whole output, and a text is asked for
   * again only if it was in flight when a run died.
   */
  @Test
  void aRunKilledThirtyTimesEndsWholeAndPaysTwiceOnlyForWhatWasInFlight() throws Exception {
    int texts = 6000;
    int perRequest = 5;
    input(texts);
    Random random = new Random(7);
    int kills = 30;
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(40))) {
      Embedctl embedctl = new Embedctl(folder);
      String[] command =
          batch(server, "--texts-per-request", "" + perRequest, "--chunk-size", "100");
      int killed = 0;
      while (killed < kills) {
        Process process = embedctl.start(command);
        if (!process.waitFor(300 + random.nextInt(1700), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          killed++;
        } else {
          assertEquals(0, process.exitValue());
          assertTrue(Files.exists(folder.resolve("out.jsonl")));
        }
        // No output before it is whole; it may be, where the kill came between its name and the
        // end.
        if (Files.exists(folder.resolve("out.jsonl"))) {
          assertWhole(texts);
          Files.delete(folder.resolve("out.jsonl"));
        }
      }

      assertEquals(0, embedctl.run(command).code());

      assertWhole(texts);
      Map<String, Integer> asked = server.asked();
      assertEquals(texts, asked.size());
      int again = asked.values().stream().mapToInt(times -> times - 1).sum();
      assertTrue(
          again <= kills * 10 * perRequest, again + " texts were asked for again in " + kills);
      try (Stream<Path> left = Files.list(folder)) {
        assertEquals(
            List.of(),
            left.map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".part"))
                .toList());
      }
    }
  }

  /** Nothing may come on standard input for hours, and maintenance may have the cache. */
  @Test
  void aSignalEndsARunThatWaits() throws Exception {
    Embedctl embedctl = new Embedctl(folder);
    Process waitsForInput = embedctl.start("batch", "--cache", "cache");
    awaitFile(folder.resolve("cache/LOCK"));
    Path other = Files.createDirectory(folder.resolve("other"));
    Path held = Files.createDirectory(folder.resolve("held"));
    Embedctl second = new Embedctl(other);
    Process waitsForTheCache;
    try (FileChannel maintenance =
        FileChannel.open(
            held.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      maintenance.lock();
      waitsForTheCache = second.start("batch", "--cache", held.toString(), "--cache-wait", "10m");
      while (!Files.readString(other.resolve("stderr")).contains("waiting")) {
        TimeUnit.MILLISECONDS.sleep(5);
      }

      waitsForTheCache.toHandle().destroy();
      assertTrue(waitsForTheCache.waitFor(20, TimeUnit.SECONDS), "it still waits for the cache");
    }
    waitsForInput.toHandle().destroy();
    assertTrue(waitsForInput.waitFor(20, TimeUnit.SECONDS), "it still waits for its input");

    assertEquals(143, waitsForTheCache.exitValue());
    assertEquals(143, waitsForInput.exitValue());
    assertEquals(1, embedctl.ended(waitsForInput).err().lines().count());
  }

  private static void awaitFile(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aSignalStopsTheRunKeepsWhatWasPaidAndWritesMetrics() throws Exception {
    input(3000);
    for (Map.Entry<String, Integer> signal :
        Map.of("INT", 130, "TERM", 143, "HUP", 143).entrySet()) {
      try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(200))) {
        Embedctl embedctl = new Embedctl(folder);
        String[] command =
            batch(server, "--texts-per-request", "3", "--cache", "cache-" + signal.getKey());
        Process process = embedctl.start(command);
        while (server.calls() < 25) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        new ProcessBuilder("kill", "-" + signal.getKey(), "" + process.pid()).start().waitFor();
        Ended ended = embedctl.ended(process);

        assertEquals(signal.getValue(), ended.code(), ended.err());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertEquals(
            "interrupted",
            Output.json(folder.resolve("out.jsonl.metrics.json")).get("status").textValue());
        assertFalse(Files.exists(folder.resolve("out.jsonl")));

        int paid = server.asked().size();
        Ended cached =
            embedctl.run(
                batch(
                    server,
                    "--cache-only",
                    "--on-error",
                    "collect",
                    "--cache",
                    "cache-" + signal.getKey()));
        assertEquals(4, cached.code());
        assertEquals(
            paid,
            Output.json(folder.resolve("out.jsonl.metrics.json")).get("cache_hits").intValue(),
            "all that was asked for is kept");
        Files.delete(folder.resolve("out.jsonl"));
      }
    }
  }
}
