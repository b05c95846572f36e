package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signal at whatever moment of a run, and a reader that goes away. */
@Timeout(60)
final class SignalsIT {
  private static final int TEXTS = 600;
  private static final Duration FOR_EVER = Duration.ofHours(1);

  @TempDir private Path folder;

  /** How the server answers. */
  enum Answers implements OpenAiServer.Script {
    SLOWLY {
      @Override
      public Optional<Duration> latencyOf(int call) {
        return Optional.of(Duration.ofMillis(700));
      }
    },
    FIVE_CALLS {
      @Override
      public Optional<Duration> latencyOf(int call) {
        return Optional.of(call <= 5 ? Duration.ZERO : FOR_EVER);
      }
    },
    WITH_503 {
      @Override
      public Optional<Duration> latencyOf(int call) {
        return Optional.empty();
      }
    };
  }

  @BeforeEach
  void write() throws Exception {
    Files.writeString(folder.resolve("input.jsonl"), texts(TEXTS));
    new ProcessBuilder("mkfifo", "fifo.jsonl").directory(folder.toFile()).start().waitFor();
  }

  private static String texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"text\":\"This is the text with the number " + i + "\"}\n")
        .collect(Collectors.joining());
  }

  private static String[] batch(OpenAiServer server, String input, String... more) {
    List<String> command = new ArrayList<>(List.of("batch", input, "-o", "out.jsonl"));
    command.addAll(List.of("--provider", "openai", "--model", "m", "--base-url", server.baseUrl()));
    command.addAll(List.of("--texts-per-request", "3", "--timeout", "1h"));
    command.addAll(List.of(more));
    if (!command.contains("--no-cache")) {
      command.addAll(List.of("--cache", "cache"));
    }
    return command.toArray(String[]::new);
  }

  /** Waits for the run to get so far: its cache is open, or so many calls were made. */
  private void await(Process run, OpenAiServer server, int calls) throws InterruptedException {
    while (!Files.exists(folder.resolve("cache/LOCK")) || server.calls() < calls) {
      assertTrue(run.isAlive(), "the run ended by itself");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private String status() throws IOException {
    return Output.json(folder.resolve("out.jsonl.metrics.json")).get("status").textValue();
  }

  /** Ten calls are in flight at once: with the fifteenth, the first five are answered and kept. */
  @ParameterizedTest(name = "input {0}, a server that answers {1}, {5}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        // input      | server     | calls | signal | code | options          | texts kept
        "-            | SLOWLY     | 0     | TERM   | 143  | --grace 5s       | 0",
        "fifo.jsonl   | SLOWLY     | 0     | HUP    | 143  | --grace 5s       | 0",
        "input.jsonl  | SLOWLY     | 10    | INT    | 130  | --grace 20s      | 30",
        "input.jsonl  | SLOWLY     | 10    | HUP    | 143  | --grace 20s      | 30",
        "input.jsonl  | FIVE_CALLS | 15    | INT    | 130  | --grace 200ms    | 15",
        "input.jsonl  | FIVE_CALLS | 15    | TERM   | 143  | --grace 0s       | 15",
        "input.jsonl  | WITH_503   | 10    | INT    | 130  | --backoff 1h     | 0",
      })
  void aSignalEndsTheRunInOneLineAndAllThatWasAnsweredIsKept(
      String input, Answers answers, int calls, String signal, int code, String options, int kept)
      throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, answers)) {
      Embedctl embedctl = new Embedctl(folder).brief();
      Process run = embedctl.start(batch(server, input, options.split(" ", -1)));
      await(run, server, calls);
      int before = server.calls();
      Embedctl.signal(run, signal);
      Ended ended = embedctl.ended(run);

      assertEquals(code, ended.code(), ended.err());
      assertTrue(
          ended
              .err()
              .matches(
                  "embedctl: stopped after 0 texts; progress is saved; run the same command to"
                      + " resume\n"),
          ended.err());
      assertEquals("", ended.out());
      assertEquals("interrupted", status());
      assertNothingBearsTheOutputsName();
      assertTrue(server.calls() <= before + 10, "no new calls: " + before + ", " + server.calls());
      assertEquals(kept, server.answered().size());
      assertEquals(kept, kept(embedctl, server));
    }
  }

  private void assertNothingBearsTheOutputsName() {
    assertFalse(Files.exists(folder.resolve("out.jsonl")));
    assertFalse(Files.exists(folder.resolve("out.jsonl.part")));
  }

  private int kept(Embedctl embedctl, OpenAiServer server) throws Exception {
    Ended looked =
        embedctl.run(batch(server, "input.jsonl", "--cache-only", "--on-error", "collect"));
    assertEquals(4, looked.code(), looked.err());
    return Output.json(folder.resolve("out.jsonl.metrics.json")).get("cache_hits").intValue();
  }

  @Test
  void aRunWithoutACacheDoesNotSayThatItGoesOn() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Answers.FIVE_CALLS)) {
      Embedctl embedctl = new Embedctl(folder).brief();
      Process run = embedctl.start(batch(server, "input.jsonl", "--no-cache", "--grace", "0s"));
      while (server.calls() < 15) {
        assertTrue(run.isAlive(), "the run ended by itself");
        TimeUnit.MILLISECONDS.sleep(5);
      }
      Embedctl.signal(run, "TERM");

      assertEquals(
          "embedctl: stopped after 0 texts; without a cache, the same command starts over and pays"
              + " for everything again\n",
          embedctl.ended(run).err());
    }
  }

  @Test
  void aSignalEndsARunThatWaitsForTheCache() throws Exception {
    Path lock = Files.createDirectory(folder.resolve("cache")).resolve("LOCK");
    try (OpenAiServer server = new OpenAiServer(4, Answers.SLOWLY);
        FileChannel maintenance =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      maintenance.lock();
      Embedctl embedctl = new Embedctl(folder).brief();
      Process run = embedctl.start(batch(server, "input.jsonl", "--cache-wait", "10m"));
      while (!Files.readString(folder.resolve("stderr")).contains("\n")) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      Embedctl.signal(run, "INT");
      Ended ended = embedctl.ended(run);

      assertEquals(130, ended.code());
      assertEquals(2, ended.err().lines().count(), ended.err());
      assertEquals("interrupted", status());
      assertNothingBearsTheOutputsName();
      assertEquals(0, server.calls());
    }
  }

  /** Before the program listens, the JVM ends it; from then on it ends itself and says so. */
  @ParameterizedTest(name = "{0} ms")
  @CsvSource({"0", "60", "120", "180", "240", "300", "360"})
  void aSignalWhileItStartsLeavesNothingHalf(int milliseconds) throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Answers.SLOWLY)) {
      Embedctl embedctl = new Embedctl(folder).brief();
      Process run = embedctl.start(batch(server, "input.jsonl"));
      TimeUnit.MILLISECONDS.sleep(milliseconds);
      Embedctl.signal(run, "TERM");
      Ended ended = embedctl.ended(run);

      if (Files.exists(folder.resolve("out.jsonl.metrics.json"))) {
        assertEquals(143, ended.code(), ended.err());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertEquals("interrupted", status());
      } else { // a JVM that is not up itself may end with 1 and a line of its own
        assertTrue(ended.code() == 143 || ended.code() == 1, ended.code() + ended.err());
        assertFalse(ended.err().contains("embedctl"), ended.err());
      }
      assertNothingBearsTheOutputsName();
      if (server.calls() > 0) {
        assertEquals(server.answered().size(), kept(embedctl, server));
      }
    }
  }

  @ParameterizedTest(name = "{0}, then {1}")
  @CsvSource({"INT, INT, 130", "TERM, INT, 130", "INT, TERM, 143"})
  void aSecondSignalEndsAtOnceARunWhoseGraceIsLong(String first, String second, int code)
      throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Answers.FIVE_CALLS)) {
      Embedctl embedctl = new Embedctl(folder).brief();
      Process run = embedctl.start(batch(server, "input.jsonl", "--grace", "1h"));
      await(run, server, 15);
      Embedctl.signal(run, first);
      // Of two that are pending together the lower number is heard first.
      assertFalse(run.waitFor(500, TimeUnit.MILLISECONDS), "the grace has only begun");
      do { // two of a kind that come together may count as one
        Embedctl.signal(run, second);
      } while (!run.waitFor(100, TimeUnit.MILLISECONDS));
      Ended ended = embedctl.ended(run);

      assertEquals(code, ended.code());
      assertEquals("", ended.err());
      assertFalse(Files.exists(folder.resolve("out.jsonl")));
      assertEquals(15, kept(embedctl, server));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"head -n 1, 1", "true, 0"})
  void aReaderThatGoesAwayEndsTheRunQuietly(String reader, int lines) throws Exception {
    try (OpenAiServer server = new OpenAiServer(64, Duration.ofMillis(20))) {
      Ended ended =
          new Embedctl(folder)
              .brief()
              .shell(
                  "{ embedctl batch input.jsonl --provider openai --model m --base-url "
                      + server.baseUrl()
                      + " --cache cache --metrics out.jsonl.metrics.json; echo $? > code; } | "
                      + reader);

      assertEquals("", ended.err());
      assertEquals(lines, ended.lines().size());
      assertEquals("0\n", Files.readString(folder.resolve("code")));
      assertEquals("interrupted", status());
    }
  }

  @Test
  void aSignalEndsARunWhoseReaderStandsStill() throws Exception {
    Path stdout = folder.resolve("stdout");
    new ProcessBuilder("mkfifo", stdout.toString()).start().waitFor();
    try (OpenAiServer server = new OpenAiServer(384, Duration.ZERO);
        RandomAccessFile neverReads = new RandomAccessFile(stdout.toFile(), "rw")) {
      List<String> command = new ArrayList<>(List.of(batch(server, "input.jsonl")));
      command.set(command.indexOf("out.jsonl"), "-");
      command.addAll(List.of("--grace", "100ms", "--metrics", "out.jsonl.metrics.json"));
      Embedctl embedctl = new Embedctl(folder).brief();
      Process run = embedctl.start(command.toArray(String[]::new));
      await(run, server, TEXTS / 3);
      Embedctl.signal(run, "TERM");
      assertTrue(run.waitFor(30, TimeUnit.SECONDS), "it still waits for its reader");
      assertTrue(neverReads.getFD().valid());
      Files.delete(stdout);
      Files.createFile(stdout);
      Ended ended = embedctl.ended(run);

      assertEquals(143, ended.code(), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertEquals("interrupted", status());
    }
  }

  /** Native code runs on many threads while the signal comes. */
  @Test
  void aSignalEndsTheLocalModelUnderLoadWithoutACrash() throws Exception {
    Files.writeString(folder.resolve("input.jsonl"), texts(5000));
    Embedctl embedctl = new Embedctl(folder);
    int kept = 0;
    for (List<String> signals : List.of(List.of("INT"), List.of("TERM"), List.of("INT", "INT"))) {
      Files.deleteIfExists(folder.resolve("events"));
      Process run =
          embedctl.start(
              "batch", "input.jsonl", "-o", "out.jsonl", "--cache", "cache", "--events", "events");
      while (!Files.exists(folder.resolve("events")) || Files.size(folder.resolve("events")) == 0) {
        assertTrue(run.isAlive(), "the run ended by itself");
        TimeUnit.MILLISECONDS.sleep(5);
      }
      for (String signal : signals) {
        Embedctl.signal(run, signal);
      }
      Ended ended = embedctl.ended(run);

      assertEquals(signals.contains("TERM") ? 143 : 130, ended.code(), ended.err());
      assertFalse(Files.exists(folder.resolve("out.jsonl")));
      if (signals.size() == 1) {
        assertTrue(ended.err().matches("embedctl: stopped after \\d+ texts; .*\n"), ended.err());
        assertEquals("interrupted", status());
        int now =
            Output.json(folder.resolve("out.jsonl.metrics.json")).get("batch_size").intValue();
        assertTrue(now >= kept, "it goes on from where it was: " + kept + ", " + now);
        kept = now;
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(file -> file.toString().contains("hs_err")).toList());
    }
  }
}
