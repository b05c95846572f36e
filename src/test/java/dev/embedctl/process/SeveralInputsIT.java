package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over several files, folders and pipes, by the launcher. */
final class SeveralInputsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private OpenAiServer server;

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(4, Duration.ofMillis(20));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Embedctl embedctl() {
    return new Embedctl(folder)
        .brief()
        .with("EMBEDCTL_PROVIDER", "openai")
        .with("EMBEDCTL_MODEL", "m")
        .with("EMBEDCTL_BASE_URL", server.baseUrl());
  }

  private void file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** A text on each line. */
  private static String lines(int texts) {
    return String.join("\n", IntStream.range(0, texts).mapToObj(i -> "text " + i).toList());
  }

  private static List<JsonNode> rows(Ended ended) throws IOException {
    assertEquals(0, ended.code(), ended.err());
    return JSON.readerFor(JsonNode.class).<JsonNode>readValues(ended.out()).readAll();
  }

  private static List<String> texts(List<JsonNode> rows, String member) {
    return rows.stream().map(row -> row.at(member).asText()).toList();
  }

  @Test
  void filesGlobsAndFormatsAreOneInputInTheirOrder() throws Exception {
    file("in/b.csv", "text\ntwo\none\n");
    file("in/a.csv", "text\nthree\n");
    file("z.jsonl", "\"one\"\n");

    List<JsonNode> rows =
        rows(embedctl().run("batch", "z.jsonl", "in/*.csv", "--metadata", "@file,@line"));

    assertEquals(List.of("0", "1", "2", "3"), texts(rows, "/index"));
    assertEquals(
        List.of("z.jsonl", "in/a.csv", "in/b.csv", "in/b.csv"), texts(rows, "/metadata/@file"));
    assertEquals(List.of("1", "2", "2", "3"), texts(rows, "/metadata/@line"));
    assertEquals(Map.of("one", 1, "two", 1, "three", 1), server.asked());
  }

  @Test
  void aJsonArrayOfAPipeIsRead() throws Exception {
    Ended ended =
        embedctl()
            .shell(
                "printf '[{\"id\":7,\"text\":\"one\"},\\n{\"id\":8,\"text\":\"two\"}]'"
                    + " | embedctl batch --input-format json");

    assertEquals(List.of("7", "8"), texts(rows(ended), "/id"));
  }

  @Test
  void aDatabaseIsReadByItsOwnProgram() throws Exception {
    assumeTrue(Tools.onPath("sqlite3").isPresent(), "no sqlite3");
    Ended ended =
        embedctl()
            .shell(
                "sqlite3 db 'create table t (id integer, text); insert into t values"
                    + " (1, \"a \"\"quoted\"\" text\"), (2, \"two\")' &&"
                    + " sqlite3 -json db 'select * from t order by id'"
                    + " | embedctl batch --input-format json");

    assertEquals(List.of("1", "2"), texts(rows(ended), "/id"));
    assertEquals(Map.of("a \"quoted\" text", 1, "two", 1), server.asked());
  }

  @Test
  void eachFileOfAFolderIsAText() throws Exception {
    file("docs/a.md", "# One\n\ntext\n");
    file("docs/deep/b.txt", "two");
    file("docs/binary", "\0");
    file("docs/left.txt", "three");

    List<JsonNode> rows =
        rows(embedctl().run("batch", "docs", "--input-format", "files", "--exclude", "left*"));

    assertEquals(List.of("docs/a.md", "docs/deep/b.txt"), texts(rows, "/id"));
    assertEquals(Map.of("# One\n\ntext\n", 1, "two", 1), server.asked());
  }

  @Test
  void anArgumentIsAText() throws Exception {
    assertEquals(List.of("0", "1"), texts(rows(embedctl().run("embed", "one", "two")), "/index"));
    List<JsonNode> again = rows(embedctl().shell("echo two | embedctl embed"));

    assertEquals(List.of("true"), texts(again, "/cached"));
    assertEquals(Map.of("one", 1, "two", 1), server.asked());
  }

  @Test
  void aRunThatIsKilledKeepsTheOutputsThatAreCompleteAndIsResumed() throws Exception {
    file("a.txt", "one\ntwo\n");
    file("b.txt", lines(5_000));
    String[] run = {
      "batch", "a.txt", "b.txt", "-o", "out/", "--concurrency", "1", "--texts-per-request", "20"
    };
    Process process = embedctl().start(run);
    while (!Files.exists(folder.resolve("out/a.jsonl"))) {
      assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), "the run had ended");
    }
    process.destroyForcibly().waitFor();

    assertEquals(2, Files.readAllLines(folder.resolve("out/a.jsonl")).size());
    assertFalse(Files.exists(folder.resolve("out/b.jsonl")));
    int paid = server.answered().size();
    assertTrue(paid < 5_002, "the run had ended");

    Ended ended = embedctl().run(run);

    assertEquals(0, ended.code(), ended.err());
    assertEquals(5_000, Files.readAllLines(folder.resolve("out/b.jsonl")).size());
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      assertEquals(
          List.of("a.jsonl", "b.jsonl", "metrics.json"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    long twice = server.asked().values().stream().filter(times -> times > 1).count();
    assertTrue(twice <= 20, twice + " texts were sent twice, more than one call");
  }
}
