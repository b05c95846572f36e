package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code embed} command in this process. */
final class EmbedCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private OpenAiServer server;
  private String in = "";
  private final Map<String, String> env = new TreeMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(4, Duration.ofMillis(1));
    env.put("XDG_CACHE_HOME", folder.resolve("caches").toString());
    env.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    env.put("EMBEDCTL_PROVIDER", "openai");
    env.put("EMBEDCTL_BASE_URL", server.baseUrl());
    env.put("EMBEDCTL_MODEL", "m");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return InProcess.run(in, out, err, env, InProcess.home(), arguments);
  }

  private int embed(String... arguments) {
    List<String> all = new ArrayList<>(List.of("embed"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private String messages() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private List<JsonNode> rows() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static List<String> fields(JsonNode row) {
    List<String> names = new ArrayList<>();
    row.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void printsTheVectorOfEachArgumentInOrderAndPaysForEqualTextsOnce() throws IOException {
    assertEquals(0, embed("one", "two", "one"), messages());

    List<JsonNode> rows = rows();
    assertEquals(List.of(0, 1, 2), rows.stream().map(row -> row.get("index").asInt()).toList());
    assertEquals(List.of("index", "embedding", "cached"), fields(rows.getFirst()));
    assertEquals(rows.get(0).get("embedding"), rows.get(2).get("embedding"));
    assertEquals(Map.of("one", 1, "two", 1), server.asked());
    assertEquals("", messages());
  }

  @Test
  void sharesTheCacheWithBatch() throws IOException {
    in = "\"one\"\n";
    assertEquals(0, run("batch"), messages());
    JsonNode paid = rows().getFirst();

    in = "";
    assertEquals(0, embed("one"), messages());

    assertTrue(rows().getFirst().get("cached").asBoolean());
    assertEquals(paid.get("embedding"), rows().getFirst().get("embedding"));
    assertEquals(1, server.calls());
  }

  @ParameterizedTest
  @CsvSource({"''", "-"})
  void takesStandardInputForOneTextWithoutItsLastLineBreak(String argument) throws IOException {
    in = "Dear Sir,\n\nthank you.\r\n";

    assertEquals(0, argument.isEmpty() ? embed() : embed(argument), messages());

    assertEquals(1, rows().size());
    assertEquals(Map.of("Dear Sir,\n\nthank you.", 1), server.asked());
  }

  @Test
  void refusesStandardInputBesideOtherTexts() {
    assertEquals(2, embed("one", "-"));

    assertEquals(
        "embedctl: TEXT -: standard input cannot be combined with other texts\n", messages());
    assertEquals(0, server.calls());
  }

  @Test
  void aBlankTextEndsItBeforeAnythingIsPaid() {
    assertEquals(3, embed("one", ""));

    assertEquals("embedctl: TEXT:2: the text is blank\n", messages());
    assertEquals(0, server.calls());
  }

  @Test
  void aBlankPipeIsABlankText() {
    in = "\n";

    assertEquals(3, embed());

    assertEquals("embedctl: standard input:1: the text is blank\n", messages());
  }

  @Test
  void aTextThatIsTooLongIsOneLine() {
    env.put("EMBEDCTL_MODEL", "text-embedding-3-small");

    assertEquals(3, embed("one", "word ".repeat(10_000)));

    assertEquals(1, messages().lines().count(), messages());
    assertTrue(messages().startsWith("embedctl: TEXT:2: "), messages());
    assertTrue(messages().contains("--oversize"), messages());
    assertEquals(0, server.calls());
  }

  @Test
  void aProviderThatIsNotThereIsOneLine() {
    server.close();

    assertEquals(1, embed("one", "--max-attempts", "1"));

    assertEquals(1, messages().lines().count(), messages());
    assertFalse(messages().contains("internal error"), messages());
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void theHelpDescribesTheTextsThoughNoOptionIsAboutThem() {
    assertEquals(0, embed("--help"));

    String help = out.toString(StandardCharsets.UTF_8);
    assertTrue(help.contains("Input:\n      [TEXT...]"), help);
  }

  @Test
  void writesVectorsInTheFormatThatIsAskedFor() throws IOException {
    assertEquals(0, embed("one", "--vector-format", "base64"), messages());

    assertTrue(rows().getFirst().get("embedding").isTextual());
  }

  @Test
  void writesMetricsOnlyWhereTheyAreAskedFor() throws IOException {
    Path metrics = folder.resolve("m.json");

    assertEquals(0, embed("one"), messages());
    assertFalse(Files.exists(metrics));

    assertEquals(0, embed("one", "two", "--metrics", metrics.toString()), messages());
    JsonNode summary = JSON.readTree(metrics.toFile());
    assertEquals(2, summary.get("batch_size").asInt());
    assertEquals(1, summary.get("cache_hits").asInt());
  }

  @Test
  void sendsNothingWithTheCacheAlone() {
    assertEquals(1, embed("one", "--cache-only"));

    assertEquals(1, messages().lines().count(), messages());
    assertTrue(messages().startsWith("embedctl: TEXT:1: "), messages());
    assertEquals(0, server.calls());
  }

  @Test
  void theLimitsOfASettingsFileHold() throws IOException {
    Path settings = Files.writeString(folder.resolve("c.properties"), "max-tokens = 1\n");

    Path metrics = folder.resolve("m.json");
    assertEquals(
        1,
        embed(
            "one text of more than a token",
            "--config",
            settings.toString(),
            "--metrics",
            metrics.toString()));

    assertTrue(messages().contains("--max-tokens"), messages());
    String written = Files.readString(metrics);
    assertTrue(written.contains("--max-tokens"), written);
    assertFalse(written.contains("`max-tokens`"), written);
    assertEquals(0, server.calls());
  }
}
