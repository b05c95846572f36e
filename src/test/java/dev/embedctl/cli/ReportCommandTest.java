package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code report} command on what {@code batch} wrote. */
final class ReportCommandTest {
  private static final String NO_RUN = "{\"batch_size\": 0, \"status\": \"failed\"}";

  @TempDir private Path folder;
  private InProcess embedctl;

  @BeforeEach
  void start() {
    embedctl = new InProcess(folder);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Document page(String name) throws Exception {
    return Jsoup.parse(folder.resolve(name), "UTF-8");
  }

  /**
   * A batch of 300 texts, of which 20 are another's twins, against a server of which every tenth
   * call fails.
   */
  private void run(String... more) throws Exception {
    Files.write(
        folder.resolve("in.txt"),
        IntStream.range(0, 300)
            .mapToObj(i -> "text number " + (i < 100 || i >= 120 ? i : i - 100))
            .toList());
    try (OpenAiServer server =
        new OpenAiServer(
            4, call -> call % 10 == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(2)))) {
      List<String> command =
          List.of(
              "batch",
              path("in.txt"),
              "-o",
              path("out.jsonl"),
              "--provider=openai",
              "--dimensions=4",
              "--base-url=" + server.baseUrl(),
              "--texts-per-request=10",
              "--backoff=1ms",
              "--max-attempts=9",
              "--metrics=" + path("run.metrics.json"),
              "--events=" + path("e.jsonl"));
      Ended ended =
          embedctl.run(Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new));
      assertEquals(0, ended.code(), ended.err());
    }
  }

  @Test
  void thePageOfARunLiesBesideItsMetrics() throws Exception {
    run();
    Ended ended = embedctl.run("report", path("run.metrics.json"), "--events", path("e.jsonl"));

    assertEquals(new Ended(0, "", ""), ended);
    Document page = page("run.report.html");
    assertEquals("300 20 duplicates", page.select(".tiles dd").get(0).text());
    assertTrue(page.text().contains("(503"), page::text);
    assertEquals(2, page.select("section[aria-labelledby=times-title] tbody tr").size());
    assertTrue(page.text().contains("Created from run.metrics.json and e.jsonl by embedctl"));
    assertFalse(page.text().contains("an older version of embedctl wrote it"));
  }

  @Test
  void anOutputIsRefusedWithTheNameOfItsMetrics() throws Exception {
    run("--metrics=" + path("out.jsonl.metrics.json"));
    Ended ended = embedctl.run("report", path("out.jsonl"));
    assertEquals(2, ended.code());
    assertEquals(
        "embedctl: "
            + path("out.jsonl")
            + ": a run's output; give its metrics: "
            + path("out.jsonl.metrics.json")
            + "\n",
        ended.err());
  }

  @Test
  void whatIsNoMetricsFileIsRefusedInPlainWords() throws Exception {
    Files.writeString(folder.resolve("two.jsonl"), "{\"a\":1}\n{\"a\":2}\n");
    Ended ended = embedctl.run("report", path("two.jsonl"));
    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("two.jsonl:2: not JSON, or more than one object"), ended::err);
    assertFalse(ended.err().contains("fasterxml"), ended::err);
  }

  @Test
  void theTimeLineOfARunHoldsItsTextsAndItsCallsAreWhereTheTimeWent() throws Exception {
    run();
    JsonNode metrics = new ObjectMapper().readTree(folder.resolve("run.metrics.json").toFile());

    int embedded = 0;
    for (JsonNode each : metrics.get("time_line").get("embedded")) {
      embedded += each.intValue();
    }
    assertEquals(280, embedded);
    assertEquals(28, metrics.get("api_calls").intValue() - metrics.get("retries").intValue());
    assertEquals(
        metrics.get("retries").intValue(),
        metrics.get("retries_by_kind").path("overloaded").intValue()
            + metrics.get("retries_by_kind").path("crowded_out").intValue());
    for (String field : List.of("network", "permit", "cache_store", "cache_lookup", "output")) {
      assertTrue(metrics.get("time_ms").get(field).doubleValue() > 0, field);
    }
    double waited =
        metrics.get("time_ms").get("retry").doubleValue()
            + metrics.get("time_ms").get("pace").doubleValue();
    assertTrue(waited > 0, "a call that fails is not repeated at once");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "run.metrics.json, run.report.html",
    "run.json, run.report.html",
    "run, run.report.html",
    "out.jsonl.metrics.json, out.jsonl.report.html",
  })
  void isNamedAfterTheMetrics(String metrics, String page) throws Exception {
    Files.writeString(folder.resolve(metrics), NO_RUN);

    assertEquals(0, embedctl.run("report", path(metrics)).code());
    assertTrue(Files.exists(folder.resolve(page)));
  }

  @Test
  void isAFilterToo() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int code = InProcess.run(NO_RUN, out, err, Map.of(), InProcess.home(), "report", "-");

    assertEquals(0, code);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    assertTrue(
        Jsoup.parse(out.toString(StandardCharsets.UTF_8))
            .text()
            .contains("Created from standard input"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "absent.json                     | 2 | absent.json: no such file",
        "good.json --events absent.jsonl | 2 | absent.jsonl: no such file",
        ".                               | 1 | cannot be read",
        "in.txt                          | 1 | in.txt:1: not JSON",
        "good.json --events in.txt       | 1 | in.txt:1: not JSON",
        "good.json -o good.json          | 2 | METRICS are one file",
        "good.json -o absent/x.html      | 2 | absent",
        "good.json --colour              | 2 | --colour",
        "                                | 2 | METRICS",
      })
  void whatIsWrongIsSaidInOneLineAndNoPageIsLeft(String arguments, int code, String message)
      throws Exception {
    Files.writeString(folder.resolve("good.json"), NO_RUN);
    Files.writeString(folder.resolve("in.txt"), "hello\n");
    String[] words =
        Stream.concat(
                Stream.of("report"),
                Stream.of(arguments == null ? new String[0] : arguments.split(" ", -1))
                    .map(word -> word.startsWith("-") ? word : path(word)))
            .toArray(String[]::new);

    Ended ended = embedctl.run(words);

    assertEquals(code, ended.code(), ended.err());
    assertEquals("", ended.out());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
    assertEquals(NO_RUN, Files.readString(folder.resolve("good.json")));
    assertFalse(Files.exists(folder.resolve("good.report.html")));
  }
}
