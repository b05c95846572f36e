package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.Fault;
import dev.embedctl.testing.batch.GeminiPlay;
import dev.embedctl.testing.batch.Job.State;
import dev.embedctl.testing.batch.MistralPlay;
import dev.embedctl.testing.batch.OpenAiPlay;
import dev.embedctl.testing.batch.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs with jobs in processes of their own, which are killed at each step of each API. */
@Timeout(300)
final class LaneKillsIT {
  private static final int DIMENSIONS = 4;
  private static final int TEXTS = 60;
  private static final int KILLED = 128 + 9;

  @TempDir Path folder;

  /** The APIs, each with the variable of its key. */
  record Api(String name, BatchPlay play, String keyVariable) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The moment of a call at which the process is killed. */
  enum Moment {
    /** The call has come, and is not carried out. */
    BEFORE {
      @Override
      Fault fault(Runnable kill) {
        return (carryOut, connection) -> {
          kill.run();
          connection.cut();
        };
      }
    },
    /** The call is carried out, and its reply is lost. */
    BEFORE_THE_REPLY {
      @Override
      Fault fault(Runnable kill) {
        return Fault.beforeReply(kill);
      }
    },
    /** The reply has left. */
    AFTER_THE_REPLY {
      @Override
      Fault fault(Runnable kill) {
        return Fault.afterReply(kill);
      }
    };

    abstract Fault fault(Runnable kill);
  }

  private static List<Api> apis() {
    return List.of(
        new Api("openai", OpenAiPlay.openAi(), "OPENAI_API_KEY"),
        new Api("azure-openai", OpenAiPlay.azure(), "AZURE_OPENAI_API_KEY"),
        new Api("gemini", new GeminiPlay(), "GEMINI_API_KEY"),
        new Api("voyage", OpenAiPlay.voyage(), "VOYAGE_API_KEY"),
        new Api("mistral", new MistralPlay(), "MISTRAL_API_KEY"));
  }

  /** A place of the table. */
  record Kill(Api api, Step step, Moment moment) {
    /** The lost reply of the step that is paid for, and one step of each kind. */
    boolean isUsual() {
      return step == Step.CREATE
          ? moment == Moment.BEFORE_THE_REPLY
          : api.name().equals("openai") && moment == Moment.BEFORE_THE_REPLY;
    }

    @Override
    public String toString() {
      return api + " " + step + " " + moment;
    }
  }

  static Stream<Kill> table() {
    return apis().stream()
        .flatMap(
            api ->
                Stream.of(Step.UPLOAD, Step.CREATE, Step.POLL, Step.RESULTS, Step.DELETE)
                    .flatMap(
                        step ->
                            Stream.of(Moment.values()).map(moment -> new Kill(api, step, moment))))
        .filter(kill -> isNightly() || kill.isUsual());
  }

  private static boolean isNightly() {
    return Integer.getInteger("embedctl.kills", 30) > 30;
  }

  @ParameterizedTest
  @MethodSource("table")
  void afterKillAtAnyStepTheSameCommandSubmitsEachTextOnce(Kill kill) throws Exception {
    input(TEXTS);
    try (BatchServer server = new BatchServer(kill.api().play(), DIMENSIONS)) {
      server.store().course(State.COMPLETED);
      AtomicReference<Process> running = new AtomicReference<>();
      server.next(
          kill.step(), kill.moment().fault(() -> running.get().destroyForcibly().onExit().join()));
      Path errors = folder.resolve("first.txt");
      running.set(start(kill.api(), server, errors));
      assertTrue(running.get().waitFor(120, TimeUnit.SECONDS));
      boolean took = server.calls(kill.step()) > 0;
      if (running.get().exitValue() != KILLED) {
        // An API whose jobs contain their texts uploads and deletes nothing; or it was done.
        assertEquals(0, running.get().exitValue(), () -> read(errors));
        assertTrue(!took || kill.moment() == Moment.AFTER_THE_REPLY, "was not killed");
      } else {
        Process second = start(kill.api(), server, folder.resolve("second.txt"));
        assertTrue(second.waitFor(120, TimeUnit.SECONDS));
        assertEquals(0, second.exitValue(), () -> read(folder.resolve("second.txt")));
      }
      assertEquals(TEXTS, Files.readAllLines(folder.resolve("out.jsonl")).size());
      Map<String, Integer> submitted = server.store().submitted();
      assertEquals(TEXTS, submitted.size());
      assertTrue(
          submitted.values().stream().allMatch(times -> times == 1), () -> submitted.toString());
    }
  }

  @Test
  void aHundredThousandTextsNeedNoMoreMemoryThanAFew() throws Exception {
    int many = 100_000;
    input(many);
    Api openAi = apis().getFirst();
    try (BatchServer server = new BatchServer(openAi.play(), DIMENSIONS)) {
      server.store().course(State.COMPLETED);
      Path errors = folder.resolve("errors.txt");
      Process process = start(openAi, server, errors, "-Xmx256m");
      assertTrue(process.waitFor(280, TimeUnit.SECONDS), "it takes too long");
      assertEquals(0, process.exitValue(), () -> read(errors));
      try (Stream<String> lines = Files.lines(folder.resolve("out.jsonl"))) {
        assertEquals(many, lines.count());
      }
      assertEquals(2, server.store().jobs().size());
    }
  }

  private void input(int texts) throws IOException {
    Files.write(
        folder.resolve("in.jsonl"),
        (Iterable<String>)
            IntStream.range(0, texts)
                    .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"text number " + i + "\"}")
                ::iterator);
  }

  private Process start(Api api, BatchServer server, Path errors, String... forTheJvm)
      throws IOException {
    List<String> line =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    line.addAll(List.of(forTheJvm));
    line.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.embedctl.cli.Main",
            "batch",
            folder.resolve("in.jsonl").toString(),
            "-o",
            folder.resolve("out.jsonl").toString(),
            "--provider",
            api.play().provider(),
            "--model",
            "some-model",
            "--dimensions",
            "" + DIMENSIONS,
            "--base-url",
            server.baseUrl(),
            "--cache",
            folder.resolve("cache").toString(),
            "--lane",
            "async",
            "--backoff",
            "10ms"));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put(api.keyVariable(), BatchServer.KEY);
    builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(errors.toFile());
    return builder.start();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
