package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.Job.State;
import dev.embedctl.testing.batch.OpenAiPlay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large run with jobs in a process with little memory. */
final class LaneMemoryIT {
  private static final int TEXTS = 100_000;
  private static final int DIMENSIONS = 4;

  @TempDir Path folder;

  @Test
  void aHundredThousandTextsNeedNoMoreMemoryThanAFew() throws Exception {
    Files.write(
        folder.resolve("in.jsonl"),
        IntStream.range(0, TEXTS).mapToObj(i -> "{\"text\":\"text number " + i + "\"}").toList());
    try (BatchServer server = new BatchServer(OpenAiPlay.openAi(), DIMENSIONS)) {
      server.store().course(State.COMPLETED);

      Ended ended =
          new Embedctl(folder)
              .with("OPENAI_API_KEY", BatchServer.KEY)
              .with("EMBEDCTL_HEAP", "256m")
              .run(
                  "batch",
                  "in.jsonl",
                  "--output=out.jsonl",
                  "--provider=openai",
                  "--model=some-model",
                  "--dimensions=" + DIMENSIONS,
                  "--base-url=" + server.baseUrl(),
                  "--cache=cache",
                  "--lane=async");

      assertEquals(0, ended.code(), ended::err);
      try (Stream<String> lines = Files.lines(folder.resolve("out.jsonl"))) {
        assertEquals(TEXTS, lines.count());
      }
      assertEquals(2, server.store().jobs().size());
    }
  }
}
