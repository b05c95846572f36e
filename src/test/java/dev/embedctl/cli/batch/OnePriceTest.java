package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    if (!List.of(options).contains("--no-cache")) {
      arguments.addAll(List.of("--cache", folder.resolve("cache").toString()));
    }
    arguments.addAll(List.of(options));
    return InProcess.run(
        input.toString(),
        new ByteArrayOutputStream(),
        new ByteArrayOutputStream(),
        Map.of("HOME", folder.toString()),
        folder,
        arguments.toArray(String[]::new));
  }

  private static List<String> leftovers() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    String mine = "embedctl-run-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(mine))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  @ParameterizedTest
  @ValueSource(strings = {"--no-cache", "--refresh"})
  void aTextThatComesBackLateIsPaidForOnceInARun(String option) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.addAll(TEXTS);
    }
    // Between each text and its next there are more than may wait for a call.
    for (int i = 0; i < 2_000; i++) {
      texts.add("one more " + i);
    }
    texts.addAll(TEXTS);
    assertEquals(0, batch(texts, option, "--concurrency", "1", "--texts-per-request", "5"));
    assertEquals(TEXTS.size() + 2_000, paid());
    assertEquals(List.of(), leftovers());
  }

  @Test
  void anAddressInAnotherSpellingCostsNothing() {
    String plain = server.baseUrl().replace("127.0.0.1", "localhost");
    assertEquals(0, batch(TEXTS, "--base-url", plain));
    assertEquals(0, batch(TEXTS, "--base-url", plain.replace("localhost", "LocalHost") + "/"));
    assertEquals(TEXTS.size(), paid());
  }
}
