package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten runs at once on one cache, whose inputs overlap: most texts are in six of them. */
@Timeout(300)
final class SharedCacheIT {
  private static final int RUNS = 10;
  private static final int TEXTS = 1200;
  private static final int STEP = 200;
  private static final int DISTINCT = (RUNS - 1) * STEP + TEXTS;
  private static final int DIMENSIONS = 32;
  private static final int CONCURRENCY = 4;
  private static final int TEXTS_PER_REQUEST = 5;
  private static final Duration LATENCY = Duration.ofMillis(100);

  @TempDir private Path folder;

  private static String text(int i) {
    return "This is the text with the number " + i;
  }

  /** A run with a folder of its own. */
  private record Run(int number, Path folder, Embedctl embedctl) {
    int first() {
      return number * STEP;
    }

    int end() {
      return first() + TEXTS;
    }

    Process start(OpenAiServer server, String... more) {
      return embedctl.start(command(server, more));
    }

    Ended run(OpenAiServer server, String... more) throws InterruptedException {
      return embedctl.run(command(server, more));
    }

    private static String[] command(OpenAiServer server, String... more) {
      List<String> command =
          new ArrayList<>(List.of("batch", "-q", "input.jsonl", "-o", "out.jsonl"));
      command.addAll(List.of("--provider", "openai", "--model", "m"));
      command.addAll(List.of("--base-url", server.baseUrl(), "--cache", "../cache"));
      command.addAll(List.of("--concurrency", "" + CONCURRENCY));
      command.addAll(List.of("--texts-per-request", "" + TEXTS_PER_REQUEST));
      command.addAll(List.of(more));
      return command.toArray(String[]::new);
    }

    void assertWhole() throws IOException {
      AtomicInteger next = new AtomicInteger(first());
      Output.forEachLine(
          folder.resolve("out.jsonl"),
          line -> {
            int i = next.getAndIncrement();
            assertEquals(i - first(), line.index());
            assertEquals(Vectors.of(text(i), DIMENSIONS), line.vector());
          });
      assertEquals(end(), next.get());
    }
  }

  private Run run(int number) throws IOException {
    Path own = Files.createDirectory(folder.resolve("run-" + number));
    Run run = new Run(number, own, new Embedctl(own).brief());
    Files.writeString(
        own.resolve("input.jsonl"),
        IntStream.range(run.first(), run.end())
            .mapToObj(i -> "{\"text\":\"" + text(i) + "\"}\n")
            .collect(Collectors.joining()));
    return run;
  }

  private List<Run> runs() throws IOException {
    List<Run> runs = new ArrayList<>();
    for (int number = 0; number < RUNS; number++) {
      runs.add(run(number));
    }
    return runs;
  }

  private static void assertEndsWell(Run run, Process process) throws Exception {
    Ended ended = run.embedctl().ended(process);
    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    run.assertWhole();
  }

  /** The next run adopts what the others have appended beside each other, and nothing is amiss. */
  private void assertCacheIsSound(Run any, OpenAiServer server) throws Exception {
    int calls = server.calls();
    assertEquals(0, any.run(server).code());
    any.assertWhole();
    assertEquals(calls, server.calls(), "all is in the cache");
    Ended verified = any.embedctl().run("cache", "verify", "--cache", "../cache");
    assertEquals(0, verified.code(), verified.out());
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      assertEquals(
          List.of(),
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("log-") || name.equals("claims"))
              .toList(),
          "no log beside the main one is left, and no list of claims");
    }
  }

  @Test
  void tenRunsAtOncePayForEachTextOnce() throws Exception {
    List<Run> runs = runs();
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, LATENCY)) {
      List<Process> processes = runs.stream().map(run -> run.start(server)).toList();
      for (Run run : runs) {
        assertEndsWell(run, processes.get(run.number()));
      }

      assertEquals(DISTINCT, server.asked().size());
      assertEquals(Set.of(1), new HashSet<>(server.asked().values()), "each was asked for once");
      assertCacheIsSound(runs.getFirst(), server);
    }
  }

  /** Answers, yet no more than some calls before each kill: no run has all vectors by then. */
  private static final class Kills implements OpenAiServer.Script {
    private static final int CALLS_BETWEEN = 20;

    private final AtomicInteger first = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger done = new AtomicInteger();

    void awaitNext(OpenAiServer server) throws InterruptedException {
      while (server.calls() < first.get() + CALLS_BETWEEN * (done.get() + 1)) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    @Override
    public Optional<Duration> latencyOf(int call) {
      while (done.get() < RUNS && call - first.get() > CALLS_BETWEEN * (done.get() + 2)) {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
      return Optional.of(LATENCY);
    }
  }

  /**
   * Each is started again at once, beside the others. Meanwhile a search and a run that only reads
   * the cache get what was there before.
   */
  @Test
  void tenRunsAtOnceOfWhichEachIsKilledOnceEndWellBesideASearch() throws Exception {
    List<Run> runs = runs();
    Run earlier = run(DISTINCT / STEP); // its texts are those behind all others
    Kills kills = new Kills();
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, kills)) {
      assertEquals(0, earlier.run(server).code());
      kills.first.set(server.calls());
      List<Process> processes =
          new ArrayList<>(runs.stream().map(run -> run.start(server)).toList());
      for (Run run : runs) {
        kills.awaitNext(server);
        Process process = processes.get(run.number());
        assertTrue(process.isAlive(), "run " + run.number() + " has not ended");
        process.destroyForcibly().waitFor();
        assertFalse(Files.exists(run.folder().resolve("out.jsonl")));
        processes.set(run.number(), run.start(server));
        kills.done.incrementAndGet();
      }
      Ended reads = earlier.run(server, "--cache-only");
      assertEquals("", reads.err());
      assertEquals(0, reads.code());
      earlier.assertWhole();
      Ended search =
          earlier
              .embedctl()
              .run(
                  "search",
                  "out.jsonl",
                  text(earlier.first() + 7),
                  "--cache",
                  "../cache",
                  "--json");
      assertEquals("", search.err());
      assertEquals(0, search.code());
      assertEquals("{\"rank\":1,\"score\":1.000000,\"index\":7}", search.lines().getFirst());
      for (Run run : runs) {
        assertEndsWell(run, processes.get(run.number()));
      }

      assertEquals(DISTINCT + TEXTS, server.asked().size());
      int again = server.asked().values().stream().mapToInt(times -> times - 1).sum();
      assertTrue(
          again <= RUNS * CONCURRENCY * TEXTS_PER_REQUEST,
          again + " texts were asked for again, more than were in flight at the kills");
      assertCacheIsSound(runs.getFirst(), server);
    }
  }
}
