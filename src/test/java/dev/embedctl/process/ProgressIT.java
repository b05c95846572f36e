package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Screen;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Progress on a terminal: a real one, that {@code script} makes and keeps what is written to. */
@Timeout(120)
final class ProgressIT {
  private static final int COLUMNS = 70;
  private static final int TEXTS = 2000;
  private static final byte CTRL_C = 3;

  @TempDir private Path folder;
  private Embedctl embedctl;

  @BeforeEach
  void write() throws Exception {
    Process version = new ProcessBuilder("sh", "-c", "script --version").start();
    String told = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(told.contains("util-linux"), "no script of util-linux to make a terminal with");
    Files.write(
        folder.resolve("in.txt"), IntStream.range(0, TEXTS).mapToObj(i -> "text " + i).toList());
    embedctl = new Embedctl(folder).with("TERM", "xterm").brief();
  }

  /** Runs a command line of {@code batch} on a terminal, whose keys are pressed by a pipe. */
  private String onTerminal(OpenAiServer server, String more) {
    return "script -qefc 'stty cols "
        + COLUMNS
        + "; env --default-signal=INT embedctl batch in.txt --provider openai --model m --cache cache"
        + " --texts-per-request 10 --concurrency 4 --base-url "
        + server.baseUrl()
        + " "
        + more
        + "' typescript";
  }

  /** All that came to the terminal. */
  private String written() throws Exception {
    return Files.readString(folder.resolve("typescript"), StandardCharsets.UTF_8)
        .replaceAll("(?m)^Script (started|done).*\\R?", "");
  }

  private List<String> screen() throws Exception {
    return new Screen(COLUMNS).after(written().replaceAll("\\R*$", "\n"));
  }

  @Test
  void aBarIsDrawnWhileTheRunGoesOnAndGivesWayToItsLastWord() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofMillis(30))) {
      Ended ended = embedctl.shell(onTerminal(server, "-o out.jsonl") + " < /dev/null");

      assertEquals(0, ended.code(), written());
      assertTrue(written().matches("(?s).*\\r\\[=+> +]  [0-9.]+%  [0-9,]+ texts  .*"), written());
      assertTrue(screen().get(0).startsWith("embedctl: 2,000 texts in "), screen().toString());
      assertTrue(
          String.join("", screen()).endsWith(": embedctl report out.jsonl.metrics.json"),
          screen().toString());
      assertEquals(TEXTS, Files.readAllLines(folder.resolve("out.jsonl")).size());
    }
  }

  @Test
  void dataAndBarStayApart() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofMillis(30))) {
      Ended ended = embedctl.shell(onTerminal(server, "> data") + " < /dev/null");

      assertEquals(0, ended.code(), written());
      assertTrue(written().contains("texts  "), written());
      List<String> data = Files.readAllLines(folder.resolve("data"));
      assertEquals(TEXTS, data.size());
      assertTrue(data.stream().allMatch(line -> line.startsWith("{\"index\":")));
    }
  }

  @Test
  void thereIsNoBarWhereNobodyWantsOneOrItWouldMixWithData() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofMillis(1))) {
      for (String quiet : List.of("-q -o out.jsonl", "--progress never -o out.jsonl", "")) {
        Ended ended = embedctl.shell(onTerminal(server, quiet) + " < /dev/null");

        assertEquals(0, ended.code(), written());
        assertFalse(written().contains("texts  "), quiet);
      }
    }
  }

  /** A run on a terminal whose keys a test presses. */
  private final class Keyed implements AutoCloseable {
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Ended> run;
    private final FileChannel keys;

    Keyed(OpenAiServer server, String more) throws Exception {
      new ProcessBuilder("mkfifo", "keys").directory(folder.toFile()).start().waitFor();
      run = CompletableFuture.supplyAsync(() -> run(onTerminal(server, more)), threads);
      // For both, so that it neither waits for who reads nor breaks when he ends.
      keys =
          FileChannel.open(
              folder.resolve("keys"), StandardOpenOption.READ, StandardOpenOption.WRITE);
      while (!(Files.exists(folder.resolve("typescript")) && written().contains(" calls"))) {
        assertFalse(run.isDone(), "the run ended by itself");
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    private Ended run(String command) {
      try {
        return embedctl.shell(command + " < keys");
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void pressCtrlC() throws IOException {
      keys.write(ByteBuffer.wrap(new byte[] {CTRL_C}));
    }

    @Override
    public void close() throws IOException {
      keys.close();
      threads.shutdownNow();
    }
  }

  @Test
  void afterCtrlCTheScreenHoldsWhatIsToBeSaidAndNoTraceOfTheBar() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofMillis(300));
        Keyed keyed = new Keyed(server, "-o out.jsonl")) {
      keyed.pressCtrlC();

      assertEquals(130, keyed.run.get().code(), written());
      assertEquals(
          "embedctl: stopped after",
          screen().get(0).replaceAll(" [0-9]+ texts.*", ""),
          screen().toString());
      assertFalse(String.join("\n", screen()).contains("["), "no bar: " + screen());
    }
  }

  @Test
  void aRunThatIsEndedAtOnceLeavesNoBarEither() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofMinutes(10));
        Keyed keyed = new Keyed(server, "-o out.jsonl --grace 1h --timeout 1h")) {
      while (!keyed.run.isDone()) {
        keyed.pressCtrlC(); // two that come together are one
        TimeUnit.MILLISECONDS.sleep(50);
      }

      assertEquals(130, keyed.run.get().code(), written());
      assertFalse(String.join("\n", screen()).contains("["), "no bar: " + screen());
    }
  }
}
