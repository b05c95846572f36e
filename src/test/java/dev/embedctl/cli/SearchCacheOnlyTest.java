package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.MountedFolder;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code search --cache-only}: the query's vector comes from the cache, or the search fails. */
final class SearchCacheOnlyTest {
  private static final String MISS =
      "embedctl: the query cannot be embedded: the text is not in the cache, and --cache-only forbids"
          + " sending it\n";

  @TempDir private Path folder;
  private OpenAiServer server;
  private Path output;
  private Path cache;

  @BeforeEach
  void prepare() throws IOException {
    server = new OpenAiServer(8, Duration.ZERO);
    output = folder.resolve("work/out.jsonl");
    cache = folder.resolve("work/cache");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Ended run(InProcess program, String... arguments) {
    return program.run(
        Stream.concat(Stream.of(arguments), Stream.of("--cache=" + cache)).toArray(String[]::new));
  }

  private Ended search(String query, String... more) {
    return run(
        new InProcess(folder),
        Stream.concat(Stream.of("search", output.toString(), query, "-k1"), Stream.of(more))
            .toArray(String[]::new));
  }

  private void batch() throws IOException {
    Files.createDirectories(output.getParent());
    Path input = Files.writeString(folder.resolve("in.txt"), "a text\nanother\n");
    Ended ended =
        run(
            new InProcess(folder),
            "batch",
            input.toString(),
            "-o" + output,
            "--provider=openai",
            "--model=m",
            "--base-url=" + server.baseUrl());
    assertEquals(0, ended.code(), ended.err());
  }

  private static void assertFound(String row, Ended ended) {
    assertEquals("", ended.err());
    assertEquals("1  1.0000  " + row + "\n", ended.out());
    assertEquals(0, ended.code());
  }

  private static void assertMissed(Ended ended) {
    assertEquals(MISS, ended.err());
    assertEquals("", ended.out());
    assertEquals(1, ended.code());
  }

  @Test
  void aTextThatWasEmbeddedBeforeIsFoundThoughTheProviderIsGone() throws IOException {
    batch();
    assertEquals(0, search("a question").code());
    server.close();

    assertFound("1", search("another", "--cache-only"));
    assertEquals(0, search("a question", "--cache-only").code());
  }

  @Test
  void anyOtherTextIsAnErrorAndNotAsked() throws IOException {
    batch();
    int calls = server.calls();

    assertMissed(search("a question", "--cache-only"));

    assertEquals(calls, server.calls());
  }

  @Test
  void neitherAKeyNorACacheIsNeeded() throws IOException {
    Files.createDirectories(output.getParent());
    Files.writeString(output, "{\"index\":0,\"embedding\":[1,0]}\n");
    Files.writeString(
        output.resolveSibling("out.jsonl.metrics.json"),
        "{\"provider\":\"openai\",\"model\":\"m\"}");

    assertMissed(search("a question", "--cache-only"));

    assertFalse(Files.exists(cache), "nothing is made");
  }

  @Test
  void anAddressThatOnlyTheMetricsFileNamesDoesNotMatterSinceNothingIsSent() throws IOException {
    batch();
    int calls = server.calls();

    Ended ended =
        run(
            new InProcess(folder).with("OPENAI_API_KEY", "a-key"),
            "search",
            output.toString(),
            "another",
            "-k1",
            "--cache-only");

    assertFound("1", ended);
    assertEquals(calls, server.calls());
  }

  @Test
  void aReadOnlyDiskCanBeSearched() throws IOException {
    Files.createDirectories(output.getParent());
    try (MountedFolder disk = MountedFolder.at(output.getParent(), 1024)) {
      batch();
      disk.makeReadOnly();

      assertFound("1", search("another", "--cache-only"));
      assertMissed(search("a question", "--cache-only"));
    }
  }

  @Test
  void withoutACacheThereIsNothingToFind() throws IOException {
    batch();

    Ended ended =
        new InProcess(folder)
            .run("search", output.toString(), "a text", "--no-cache", "--cache-only");

    assertEquals(
        "embedctl: --no-cache contradicts --cache and --cache-only; drop one\n", ended.err());
    assertEquals(2, ended.code());
  }
}
