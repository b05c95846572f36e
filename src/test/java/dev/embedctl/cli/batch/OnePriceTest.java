package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code batch} pays for a text once, whatever else is said that changes nothing for it. */
final class OnePriceTest {
  private static final int DIMENSIONS = 1536; // of text-embedding-3-small
  private static final List<String> TEXTS =
      IntStream.range(0, 30).mapToObj(i -> "text number " + i).toList();

  @TempDir private Path folder;
  private OpenAiServer server;

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(DIMENSIONS, Duration.ZERO);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int batch(List<String> texts, String... options) {
    StringBuilder input = new StringBuilder();
    texts.forEach(text -> input.append('"').append(text).append("\"\n"));
    List<String> arguments = new ArrayList<>(List.of("batch", "--provider", "openai"));
    arguments.addAll(List.of("--model", "text-embedding-3-small"));
    arguments.addAll(List.of("--base-url", server.baseUrl()));
    arguments.addAll(List.of("--cache", folder.resolve("cache").toString()));
    arguments.addAll(List.of(options));
    return InProcess.run(
        input.toString(),
        new ByteArrayOutputStream(),
        new ByteArrayOutputStream(),
        Map.of("HOME", folder.toString()),
        folder,
        arguments.toArray(String[]::new));
  }

  private int paid() {
    return server.asked().values().stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void theAdviceAfterOneLongTextPaysForThatTextAlone() {
    assertEquals(0, batch(TEXTS));
    List<String> more = new ArrayList<>(TEXTS);
    more.add("word ".repeat(20_000));

    assertEquals(3, batch(more));
    assertEquals(TEXTS.size(), paid());

    assertEquals(0, batch(more, "--oversize", "truncate"));
    assertEquals(TEXTS.size() + 1, paid());
    assertEquals(0, batch(more, "--oversize", "truncate"));
    assertEquals(TEXTS.size() + 1, paid());
  }

  @Test
  void whatIsPaidForWithTruncationServesARunWithoutIt() {
    assertEquals(0, batch(TEXTS, "--oversize", "truncate"));
    assertEquals(0, batch(TEXTS));
    assertEquals(TEXTS.size(), paid());
  }

  @Test
  void theModelsOwnDimensionsSaidAloudCostNothing() {
    assertEquals(0, batch(TEXTS, "--dimensions", "" + DIMENSIONS));
    assertEquals(0, batch(TEXTS));
    assertEquals(0, batch(TEXTS, "--dimensions", "" + DIMENSIONS));
    assertEquals(TEXTS.size(), paid());
  }

  @Test
  void anAddressInAnotherSpellingCostsNothing() {
    assertEquals(0, batch(TEXTS));
    String shouted = server.baseUrl().replace("http", "HTTP") + "/";
    assertEquals(0, batch(TEXTS, "--base-url", shouted));
    assertEquals(TEXTS.size(), paid());
  }
}
