package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.testing.FaultyServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A run that ends early promises that it can be resumed where that is so, and there only. */
@Timeout(60)
final class ResumptionTest {
  private static final String PROMISE = "; progress is saved; run the same command to resume\n";

  @TempDir private Path folder;

  private Ended runTo(String output, FaultyServer server, String... more) throws IOException {
    Path input = Files.writeString(folder.resolve("in.txt"), "one\ntwo\nthree\n");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "batch",
                input.toString(),
                "--output=" + output,
                "--metrics=" + folder.resolve("metrics.json"),
                "--provider=openai",
                "--model=m",
                "--base-url=" + server.baseUrl(),
                "--texts-per-request=1",
                "--concurrency=1"));
    arguments.addAll(List.of(more));
    return new InProcess(folder).run(arguments.toArray(String[]::new));
  }

  private Ended run(FaultyServer server, String... more) throws IOException {
    return runTo(folder.resolve("out.jsonl").toString(), server, more);
  }

  /** A server that has money for this many texts. */
  private static FaultyServer paysFor(int calls) throws IOException {
    return new FaultyServer(
        (call, texts) ->
            call <= calls ? FaultyServer.good() : FaultyServer.status(402, "no money"));
  }

  @Test
  void aRunWithACachePromisesItAndKeepsThePromise() throws IOException {
    try (FaultyServer server =
        new FaultyServer(
            (call, texts) ->
                call == 3 ? FaultyServer.status(402, "no money") : FaultyServer.good())) {
      Ended ended = run(server);

      assertEquals(1, ended.code(), ended.err());
      assertTrue(ended.err().endsWith("no money" + PROMISE), ended.err());

      assertEquals(0, run(server).code());
      assertEquals(
          List.of(List.of("one"), List.of("two"), List.of("three"), List.of("three")),
          server.calls());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-cache", "--refresh"})
  void aRunThatPaysAgainNextTimeDoesNot(String option) throws IOException {
    try (FaultyServer server = paysFor(2)) {
      Ended ended = run(server, option);

      assertEquals(1, ended.code(), ended.err());
      assertFalse(ended.err().contains("progress is saved"), ended.err());
      assertTrue(ended.err().endsWith("no money\n"), ended.err());
    }
  }

  @Test
  void aFullDiskUnderTheOutputIsNoLossOfVectors() throws IOException {
    try (FaultyServer server = paysFor(3)) {
      Ended ended = runTo("/dev/full", server, "--output-format=jsonl");

      assertEquals(1, ended.code(), ended.err());
      assertTrue(ended.err().contains("/dev/full cannot be written"), ended.err());
      assertTrue(ended.err().endsWith(PROMISE), ended.err());
      assertEquals(3, server.calls().size());

      assertEquals(0, run(server).code());
      assertEquals(3, server.calls().size(), "all of it was saved");
    }
  }

  @Test
  void aSampleThatIsVerifiedIsNotSaved() throws IOException {
    try (FaultyServer server = paysFor(3)) {
      assertEquals(0, run(server).code());

      Ended ended =
          new InProcess(folder)
              .run(
                  "verify",
                  folder.resolve("out.jsonl").toString(),
                  "--input=" + folder.resolve("in.txt"),
                  "--sample=3",
                  "--provider=openai",
                  "--model=m",
                  "--base-url=" + server.baseUrl());

      assertEquals(1, ended.code(), ended.err());
      assertTrue(ended.err().contains("no money"), ended.err());
      assertFalse(ended.err().contains("saved"), ended.err());
      assertFalse(ended.err().contains("same command"), ended.err());
    }
  }

  /** How a cache fails in the middle of a run. */
  static Stream<PipelineEvent> cacheFailures() {
    return Stream.of(
        new PipelineEvent.CacheReadFailed(new IOException("broken")),
        new PipelineEvent.CacheWriteFailed(new IOException("full")));
  }

  @ParameterizedTest
  @MethodSource("cacheFailures")
  void aCacheThatFailedKeepsNoPromise(PipelineEvent cacheFailed) {
    BatchCommand command =
        new BatchCommand(
            new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream()),
                Map.of(),
                Set.of(),
                folder),
            new Signals(code -> {}));
    new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs("in.txt", "--cache=" + folder);
    Resumption resumption = new Resumption(BatchPlan.of(command.typed, Map.of()));
    RunFailed failure = new RunFailed("no money");
    assertEquals("no money" + PROMISE.strip(), resumption.withAdvice(failure).getMessage());

    resumption.on(cacheFailed);

    assertSame(failure, resumption.withAdvice(failure));
    assertTrue(resumption.afterSignal().startsWith("the cache failed"));
  }
}
