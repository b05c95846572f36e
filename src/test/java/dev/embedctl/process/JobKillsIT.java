package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.BatchStore;
import dev.embedctl.testing.batch.Fault;
import dev.embedctl.testing.batch.GeminiPlay;
import dev.embedctl.testing.batch.Job.State;
import dev.embedctl.testing.batch.MistralPlay;
import dev.embedctl.testing.batch.OpenAiPlay;
import dev.embedctl.testing.batch.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes with jobs at a provider that are killed (SIGKILL) in each call of each API, one after
 * the other over the same input: the last one is left alone, and each text was submitted once.
 */
final class JobKillsIT {
  private static final int DIMENSIONS = 4;
  private static final int KILLED = 128 + 9;

  /** The calls in which a process dies, in the order in which the runs come to them. */
  private static final List<Kill> KILLS =
      List.of(
          new Kill(Step.START, Moment.CALL_LOST),
          new Kill(Step.START, Moment.REPLY_LOST),
          new Kill(Step.UPLOAD, Moment.CALL_LOST),
          new Kill(Step.UPLOAD, Moment.REPLY_LOST),
          new Kill(Step.CREATE, Moment.CALL_LOST),
          new Kill(Step.LIST, Moment.CALL_LOST),
          new Kill(Step.LIST, Moment.REPLY_LOST),
          new Kill(Step.CREATE, Moment.REPLY_LOST),
          new Kill(Step.LIST, Moment.REPLY_LOST),
          new Kill(Step.POLL, Moment.CALL_LOST),
          new Kill(Step.POLL, Moment.REPLY_LOST),
          new Kill(Step.RESULTS, Moment.CALL_LOST),
          new Kill(Step.RESULTS, Moment.HALF_SENT),
          new Kill(Step.RESULTS, Moment.REPLY_LOST),
          new Kill(Step.DELETE, Moment.CALL_LOST),
          new Kill(Step.DELETE, Moment.REPLY_LOST));

  @TempDir private Path folder;

  private record Kill(Step step, Moment moment) {}

  /** What the server had done of a call when the process died. */
  private enum Moment {
    /** Nothing. */
    CALL_LOST,
    /** All of it, but the process has no reply. */
    REPLY_LOST,
    /** The reply is on its way. */
    HALF_SENT;

    Fault killing(CompletableFuture<Process> process) {
      return switch (this) {
        case CALL_LOST ->
            (work, connection) -> {
              kill(process);
              connection.cut();
            };
        case REPLY_LOST ->
            (work, connection) -> {
              work.carryOut();
              kill(process);
              connection.cut();
            };
        case HALF_SENT ->
            (work, connection) -> {
              connection.sendHalf(work.carryOut());
              kill(process);
            };
      };
    }

    private static void kill(CompletableFuture<Process> process) {
      process.join().destroyForcibly().onExit().join();
    }
  }

  enum Api {
    OPENAI,
    AZURE_OPENAI,
    VOYAGE,
    MISTRAL,
    GEMINI,
    /** A few lines are part of the call that creates the job, and come back in its description. */
    GEMINI_INLINE;

    BatchPlay play() {
      return switch (this) {
        case OPENAI -> OpenAiPlay.openAi();
        case AZURE_OPENAI -> OpenAiPlay.azure();
        case VOYAGE -> OpenAiPlay.voyage();
        case MISTRAL -> new MistralPlay();
        case GEMINI, GEMINI_INLINE -> new GeminiPlay();
      };
    }

    String keyVariable() {
      return play().provider().toUpperCase(Locale.ROOT).replace('-', '_') + "_API_KEY";
    }

    int texts() {
      return this == GEMINI_INLINE ? 20 : 700;
    }

    boolean has(Step step) {
      return switch (step) {
        case START -> this == GEMINI;
        case UPLOAD, RESULTS, DELETE -> this != GEMINI_INLINE;
        case CREATE, LIST, POLL, CANCEL, EMBED -> true;
      };
    }
  }

  private static String[] batch(BatchServer server, Api api, String output, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "batch",
                "in.jsonl",
                "-o",
                output + ".jsonl",
                "--cache",
                output,
                "--provider",
                api.play().provider(),
                "--model",
                "some-model",
                "--dimensions",
                Integer.toString(DIMENSIONS),
                "--base-url",
                server.baseUrl()));
    Collections.addAll(command, more);
    return command.toArray(String[]::new);
  }

  /** Two APIs of different kinds in each build; with more kills, all: two minutes on two cores. */
  static Stream<Api> apis() {
    return Integer.getInteger("embedctl.kills", 30) > 30
        ? Stream.of(Api.values())
        : Stream.of(Api.OPENAI, Api.GEMINI_INLINE);
  }

  @ParameterizedTest
  @MethodSource("apis")
  void runsKilledInEachCallSubmitEachTextOnceAndEndLikeARunWithCalls(Api api) throws Exception {
    Files.write(
        folder.resolve("in.jsonl"),
        IntStream.range(0, api.texts())
            .mapToObj(i -> "{\"text\":\"This is the text with the number " + i + "\"}")
            .toList());
    Embedctl embedctl = new Embedctl(folder).brief().with(api.keyVariable(), BatchServer.KEY);
    try (BatchServer server = new BatchServer(api.play(), DIMENSIONS)) {
      BatchStore store = server.store();
      store.course(State.COMPLETED);
      assertEquals(0, embedctl.run(batch(server, api, "calls")).code());
      String[] jobs = batch(server, api, "jobs", "--lane", "async");
      for (Kill kill : KILLS) {
        if (api.has(kill.step())) {
          CompletableFuture<Process> process = new CompletableFuture<>();
          server.next(kill.step(), kill.moment().killing(process));
          process.complete(embedctl.start(jobs));
          Ended ended = embedctl.ended(process.join());
          assertEquals(KILLED, ended.code(), () -> kill + ": " + ended.err());
        }
      }

      Ended ended = embedctl.run(jobs);

      assertEquals(0, ended.code(), ended::err);
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("calls.jsonl")),
          Files.readAllBytes(folder.resolve("jobs.jsonl")));
      assertEquals(api.texts(), store.submitted().size());
      assertTrue(
          store.submitted().values().stream().allMatch(times -> times == 1),
          () -> "submitted: " + store.submitted());
      assertEquals(store.submitted(), store.paid(), "what was submitted was paid for once");
      assertTrue(
          store.embedded().values().stream().allMatch(times -> times == 1),
          "only the run with calls has made calls");
      long uploads = store.files().stream().filter(name -> name.startsWith("file-")).count();
      assertTrue(uploads <= 1, uploads + " files are left, and only one upload's reply was lost");
    }
  }
}
