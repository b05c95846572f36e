package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.State;
import dev.embedctl.testing.batch.OpenAiPlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large run with jobs in a process with little memory. */
final class LaneMemoryIT {
  private static final int TEXTS = 100_000;
  private static final int DIMENSIONS = 4;

  /** Less than what the failures of all texts would need in memory. */
  private static final String HEAP_OF_FAILURES = "128m";

  @TempDir Path folder;

  @Test
  void aHundredThousandTextsNeedNoMoreMemoryThanAFew() throws Exception {
    writeTexts("");
    try (BatchServer server = new BatchServer(OpenAiPlay.openAi(), DIMENSIONS)) {
      server.store().course(State.COMPLETED);

      Ended ended = run(server, "256m");

      assertEquals(0, ended.code(), ended::err);
      assertEquals(TEXTS, lines("out.jsonl"));
      assertEquals(2, server.store().jobs().size());
    }
  }

  @Test
  void aHundredThousandTextsThatAreRefusedForReasonsOfTheirOwnNeedNoMoreMemory() throws Exception {
    writeTexts(" with many more words behind it".repeat(10));
    try (BatchServer server = new BatchServer(OpenAiPlay.openAi(), DIMENSIONS)) {
      server.store().course(State.COMPLETED);
      server
          .store()
          .fates(
              line ->
                  line.texts().stream().anyMatch(LaneMemoryIT::isRefused)
                      ? Fate.REFUSED
                      : Fate.ANSWERED);

      Ended ended = run(server, HEAP_OF_FAILURES, "--on-error=collect");

      assertEquals(4, ended.code(), ended::err);
      assertEquals(TEXTS / 10, lines("out.jsonl"));
      assertEquals(TEXTS - TEXTS / 10, lines("out.jsonl.errors.jsonl"));
    }
  }

  private static boolean isRefused(String text) {
    return !text.startsWith("text number 0");
  }

  private void writeTexts(String end) throws IOException {
    Files.write(
        folder.resolve("in.jsonl"),
        IntStream.range(0, TEXTS)
            .mapToObj(i -> "{\"text\":\"text number " + i % 10 + i + end + "\"}")
            .toList());
  }

  private Ended run(BatchServer server, String heap, String... more) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                "batch",
                "in.jsonl",
                "--output=out.jsonl",
                "--provider=openai",
                "--model=some-model",
                "--dimensions=" + DIMENSIONS,
                "--base-url=" + server.baseUrl(),
                "--cache=cache",
                "--lane=async"));
    line.addAll(List.of(more));
    return new Embedctl(folder)
        .with("OPENAI_API_KEY", BatchServer.KEY)
        .with("EMBEDCTL_HEAP", heap)
        .run(line.toArray(String[]::new));
  }

  private long lines(String file) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve(file))) {
      return lines.count();
    }
  }
}
