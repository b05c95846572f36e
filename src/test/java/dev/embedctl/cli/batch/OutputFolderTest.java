package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that write an output for each input into a folder. */
final class OutputFolderTest {
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
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int batch(String... arguments) {
    out.reset();
    err.reset();
    List<String> all =
        new ArrayList<>(
            List.of(
                "batch", "--provider", "openai", "--base-url", server.baseUrl(), "--model", "m"));
    all.addAll(List.of(arguments));
    return InProcess.run(in, out, err, env, InProcess.home(), all.toArray(String[]::new));
  }

  private String messages() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String file(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines)).toString();
  }

  private List<JsonNode> rows(String name) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(name))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private List<Integer> indexes(String name) throws IOException {
    return rows(name).stream().map(row -> row.get("index").asInt()).toList();
  }

  private List<String> written(String name) throws IOException {
    Path root = folder.resolve(name);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Test
  void eachInputGetsAnOutputThatStandsAlone() throws IOException {
    String lines = file("a.jsonl", "\"one\"", "\"two\"");
    String table = file("b.csv", "text", "three", "one");
    String empty = file("c.txt");

    assertEquals(0, batch(lines, table, empty, "-o", folder + "/out/"), messages());

    assertEquals(List.of("a.jsonl", "b.jsonl", "c.jsonl", "metrics.json"), written("out"));
    assertEquals(List.of(0, 1), indexes("out/a.jsonl"));
    assertEquals(List.of(0, 1), indexes("out/b.jsonl"));
    assertEquals(List.of(), indexes("out/c.jsonl"));
    assertEquals(
        rows("out/a.jsonl").get(0).get("embedding"), rows("out/b.jsonl").get(1).get("embedding"));
    assertEquals(Map.of("one", 1, "two", 1, "three", 1), server.asked());
    JsonNode metrics = JSON.readTree(folder.resolve("out/metrics.json").toFile());
    assertEquals(4, metrics.get("batch_size").asInt());
    assertEquals(1, metrics.get("duplicates").asInt());
  }

  @Test
  void thePiecesOfEachInputAreCountedFromZero() throws IOException {
    String first = file("a.txt", "One sentence stands here. Another one follows it.", "short");
    String second = file("b.txt", "other", "One sentence stands here. Another one follows it.");

    assertEquals(0, batch(first, second, "--split=6", "-o", folder + "/out/"), messages());

    List<Integer> counted = indexes("out/a.jsonl");
    assertTrue(counted.size() > 2, counted::toString);
    assertEquals(IntStream.range(0, counted.size()).boxed().toList(), counted);
    assertEquals(counted, indexes("out/b.jsonl"));
  }

  @Test
  void eachOutputIsWhatARunOverItsInputAloneWrites() throws IOException {
    String[] texts =
        IntStream.range(0, 1200).mapToObj(i -> "text " + i % 700).toArray(String[]::new);
    String large = file("large.txt", texts);
    String small = file("small.txt", "text 1", "other");
    List<String> formats = List.of("jsonl", "csv", "parquet", "arrow", "npy");
    assertEquals(0, batch(large, small, "-o", folder + "/warm.jsonl"), messages());

    for (String format : formats) {
      String one = folder + "/one-large." + format;
      assertEquals(0, batch(large, "-o", one), messages());
      assertEquals(0, batch(small, "-o", folder + "/one-small." + format), messages());
      assertEquals(
          0,
          batch(small, large, "-o", folder + "/" + format + "/", "--output-format", format),
          messages());

      if (format.equals("npy")) {
        assertTrue(Files.exists(folder.resolve("npy/large.npy.ids.jsonl")));
      }
      if (!List.of("parquet", "arrow").contains(format)) { // their pages follow the chunks
        assertArrayEquals(
            Files.readAllBytes(Path.of(one)),
            Files.readAllBytes(folder.resolve(format + "/large." + format)));
      }
      assertEquals(0, verify(format + "/large." + format, large), messages());
      assertEquals(0, verify(format + "/small." + format, small), messages());
    }
  }

  private int verify(String output, String input) {
    out.reset();
    err.reset();
    return InProcess.run(
        "",
        out,
        err,
        env,
        InProcess.home(),
        "verify",
        folder.resolve(output).toString(),
        "--input",
        input);
  }

  @Test
  void theCompressionIsPartOfTheFormat() throws IOException {
    String lines = file("a.jsonl", "\"one\"");

    assertEquals(
        0, batch(lines, "-o", folder + "/out/", "--output-format", "jsonl.gz"), messages());

    try (InputStream packed =
        new GZIPInputStream(Files.newInputStream(folder.resolve("out/a.jsonl.gz")))) {
      assertEquals(0, JSON.readTree(packed).get("index").asInt());
    }
  }

  @Test
  void filesOfAFolderKeepTheirPlacesBelowIt() throws IOException {
    file("in/x/a.txt", "one");
    file("in/y/a.txt", "two");
    file("in/y/b.jsonl.gz.txt", "three");

    assertEquals(0, batch(folder + "/in", "-o", folder + "/out/"), messages());

    assertEquals(
        List.of("metrics.json", "x/a.jsonl", "y/a.jsonl", "y/b.jsonl.gz.jsonl"), written("out"));
  }

  @Test
  void documentsKeepTheirWholeNames() throws IOException {
    file("in/a.txt", "one");
    file("in/a.json", "two");

    assertEquals(
        0, batch(folder + "/in", "--input-format", "files", "-o", folder + "/out/"), messages());

    assertEquals(List.of("a.json.jsonl", "a.txt.jsonl", "metrics.json"), written("out"));
  }

  @Test
  void twoInputsWithOneOutputAreRefusedBeforeAnythingIsPaid() throws IOException {
    String lines = file("a.jsonl", "\"one\"");
    String table = file("a.csv", "text", "two");

    assertEquals(2, batch(lines, table, "-o", folder + "/out/"));

    assertEquals(1, messages().lines().count(), messages());
    assertTrue(messages().contains(lines) && messages().contains(table), messages());
    assertEquals(0, server.calls());
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void anInputAmongTheOutputsIsRefused() throws IOException {
    String lines = file("in/a.jsonl", "\"one\"");

    assertEquals(2, batch(lines, "-o", folder + "/in/"));

    assertTrue(messages().contains("are one file, " + lines), messages());
    assertEquals("\"one\"\n", Files.readString(Path.of(lines)));
  }

  @Test
  void outputsInAFolderThatIsReadAreNoInputsOfTheNextRun() throws IOException {
    file("in/a.txt", "one");
    String[] run = {folder + "/in", "-o", folder + "/in/vectors/"};

    assertEquals(0, batch(run), messages());
    assertEquals(0, batch(run), messages());

    assertEquals(List.of("a.jsonl", "metrics.json"), written("in/vectors"));
    assertEquals(1, server.calls());
  }

  @Test
  void aFolderThatTheRunDoesNotMakeIsMissedBeforeAnythingIsPaid() throws IOException {
    file("in/x/a.txt", "one");
    String[] run = {folder + "/in", "-o", folder + "/out/", "--metrics"};

    assertEquals(2, batch(and(run, folder + "/out/deep/m.json")));
    assertTrue(messages().contains("there is no folder"), messages());
    assertEquals(0, server.calls());

    assertEquals(0, batch(and(run, folder + "/out/x/m.json")), messages());
    assertEquals(0, batch(and(run, folder + "/out/m.json")), messages());
  }

  private static String[] and(String[] arguments, String last) {
    return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void standardInputHasNoNameInAFolder() {
    in = "\"one\"\n";

    assertEquals(2, batch("-o", folder + "/out/"));

    assertTrue(messages().contains("standard input has no name"), messages());
  }

  @Test
  void aFileOfTheFoldersNameIsNotReplaced() throws IOException {
    String lines = file("a.jsonl", "\"one\"");
    file("out", "kept");

    assertEquals(2, batch(lines, "-o", folder + "/out/"));

    assertTrue(messages().contains("is not a folder"), messages());
    assertEquals("kept\n", Files.readString(folder.resolve("out")));
  }

  @Test
  void aFolderWithoutASlashIsExplained() throws IOException {
    String lines = file("a.jsonl", "\"one\"");
    Files.createDirectory(folder.resolve("out"));

    assertEquals(2, batch(lines, "-o", folder + "/out"));

    assertTrue(messages().contains("out/"), messages());
  }

  @Test
  void theSameCommandResumesAFailedRun() throws IOException {
    String[] texts = IntStream.range(0, 600).mapToObj(i -> "text " + i).toArray(String[]::new);
    String first = file("a.txt", texts);
    String second = file("b.txt", texts);
    String third = file("c.jsonl", "{\"text\":\"one\"}", "{\"text\":\" \"}");

    assertEquals(3, batch(first, second, third, "-o", folder + "/out/"));

    assertFalse(written("out").stream().anyMatch(name -> name.startsWith("c.")), messages());
    assertFalse(written("out").stream().anyMatch(name -> name.endsWith(".part")), messages());

    file("c.jsonl", "{\"text\":\"one\"}");
    assertEquals(0, batch(first, second, third, "-o", folder + "/out/"), messages());
    assertEquals(List.of("a.jsonl", "b.jsonl", "c.jsonl", "metrics.json"), written("out"));
    assertEquals(600, rows("out/b.jsonl").size());
    assertEquals(Set.of(1), Set.copyOf(server.asked().values()));
  }

  @Test
  void failedTextsOfAllInputsAreInOneErrorsFile() throws IOException {
    String first = file("a.jsonl", "{\"text\":\" \"}", "{\"text\":\"one\"}");
    String second = file("b.jsonl", "{\"text\":\"two\"}", "{\"text\":\"\"}");

    assertEquals(4, batch(first, second, "-o", folder + "/out/", "--on-error", "collect"));

    List<JsonNode> errors = rows("out/errors.jsonl");
    assertEquals(List.of(0, 1), indexes("out/errors.jsonl"));
    assertEquals(
        List.of(first, second), errors.stream().map(row -> row.get("file").asText()).toList());
    assertEquals(List.of(1), indexes("out/a.jsonl"));
    assertEquals(List.of(0), indexes("out/b.jsonl"));
  }

  @Test
  void searchKnowsTheModelOfAnOutputByTheMetricsOfItsFolder() throws IOException {
    assertEquals(0, batch(file("a.txt", "one", "two"), "-o", folder + "/out/"), messages());

    out.reset();
    err.reset();
    String[] search = {"search", folder + "/out/a.jsonl", "two", "-k", "1", "--json"};
    assertEquals(0, InProcess.run("", out, err, env, InProcess.home(), search), messages());

    assertEquals(1, JSON.readTree(out.toByteArray()).get("index").asInt());
    assertEquals(1, server.calls());
  }

  @Test
  void aDryRunMakesNoFolder() throws IOException {
    String lines = file("a.jsonl", "\"one\"");

    assertEquals(0, batch(lines, "-o", folder + "/out/", "--dry-run"), messages());

    assertFalse(Files.exists(folder.resolve("out")));
  }
}
