package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.DuckDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Product reviews, of which two in forty are longer than the default model takes. */
@Timeout(120)
final class LongTextsRunTest {
  private static final String REVIEWS =
      Path.of(System.getProperty("embedctl.basedir"), "samples", "reviews.jsonl").toString();

  @TempDir Path folder;

  private Ended run(String... arguments) {
    Ended ended = new InProcess(folder).run(arguments);
    assertEquals(0, ended.code(), ended.err());
    return ended;
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void ordinaryReviewsEndWellByDefault() {
    List<String> first = run("batch", REVIEWS).lines();
    List<String> again = run("batch", REVIEWS, "--cache-only").lines();

    assertEquals(40, first.size());
    assertEquals(2, first.stream().filter(line -> line.contains("\"parts\":2")).count());
    assertEquals(2, first.stream().filter(line -> line.contains("\"parts\"")).count());
    List<String> asHits = new ArrayList<>();
    first.forEach(line -> asHits.add(line.replace("\"cached\":false", "\"cached\":true")));
    assertEquals(asHits, again);
  }

  @Test
  void aThousandReviewsOfWhich55AreLongEndWellByDefault() throws IOException {
    Random random = new Random(55);
    List<String> sentences = sentences();
    Set<Long> longOnes = new TreeSet<>();
    while (longOnes.size() < 55) {
      longOnes.add((long) random.nextInt(1000));
    }
    List<String> reviews = new ArrayList<>();
    for (long index = 0; index < 1000; index++) {
      // A sentence has about 12 words, and the model takes 256 tokens.
      int count = longOnes.contains(index) ? 28 + random.nextInt(15) : 1 + random.nextInt(2);
      StringBuilder review = new StringBuilder("Review " + index + ".");
      for (int i = 0; i < count; i++) {
        review.append(' ').append(sentences.get(random.nextInt(sentences.size())));
      }
      reviews.add(review.toString());
    }
    String input = Files.write(folder.resolve("reviews.txt"), reviews).toString();

    run("batch", input, "-o", file("out.jsonl"));

    JsonMapper json = new JsonMapper();
    Set<Long> averaged = new TreeSet<>();
    long rows = 0;
    for (String line : Files.readAllLines(folder.resolve("out.jsonl"))) {
      JsonNode row = json.readTree(line);
      assertEquals(rows++, row.get("index").longValue());
      if (row.has("parts")) {
        averaged.add(row.get("index").longValue());
        assertTrue(row.get("parts").intValue() > 1, line);
      }
    }
    assertEquals(1000, rows);
    assertEquals(longOnes, averaged);
  }

  /** The sentences of the reviews. */
  private static List<String> sentences() throws IOException {
    JsonMapper json = new JsonMapper();
    List<String> sentences = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(REVIEWS))) {
      sentences.addAll(
          List.of(json.readTree(line).get("text").textValue().strip().split("(?<=[.!?])\\s+")));
    }
    return sentences;
  }

  @Test
  void theyVerifyWithTheirSample() {
    run("batch", REVIEWS, "-o", file("out.jsonl"));

    String verdict =
        run("verify", file("out.jsonl"), "--input", REVIEWS, "--sample", "40", "--json").out();

    assertTrue(verdict.contains("\"ok\" : true"), verdict);
  }

  @Test
  void aDryRunCountsTheirWindows() {
    String report = run("batch", REVIEWS, "--dry-run").out();

    assertTrue(report.contains("\"averaged\" : 2,\n  \"windows\" : 4,"), report);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.parquet"})
  void aTableHasPartsWhereAveragingWasAskedFor(String name) {
    run("batch", REVIEWS, "-o", file(name), "--oversize", "average");

    assertEquals(
        List.of(List.of("r-12", "2"), List.of("r-30", "2")),
        DuckDb.rows(
            "select id, parts::varchar from {} where parts > 1 order by index",
            folder.resolve(name)));
    run("verify", file(name), "--input", REVIEWS);
  }

  @Test
  void anArrowFileWithPartsVerifies() {
    run("batch", REVIEWS, "-o", file("out.arrow"), "--oversize", "average", "--metadata", "stars");

    run("verify", file("out.arrow"), "--input", REVIEWS);
  }

  @Test
  void aTableHasTheUsualColumnsByDefault() throws IOException {
    run("batch", REVIEWS, "-o", file("out.csv"));

    String header = Files.readString(folder.resolve("out.csv")).lines().findFirst().orElseThrow();
    assertEquals("index,id,embedding,cached", header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.jsonl", "out.csv", "out.parquet", "out.arrow", "out.npy"})
  void piecesHaveLinesOfTheirOwnInEveryFormat(String name) {
    run("batch", REVIEWS, "-o", file(name), "--split", "128,20", "--metadata", "stars");

    run("verify", file(name), "--input", REVIEWS, "--split", "128,20", "--sample", "5");
  }

  @Test
  void aTableSaysWhichPieceARowIs() {
    run("batch", REVIEWS, "-o", file("out.parquet"), "--split", "128");

    assertEquals(
        List.of(List.of("0", "0", "true")),
        DuckDb.rows(
            "select part::varchar, start::varchar, (\"end\" > 300)::varchar from {}"
                + " where id = 'r-12' and part = 0",
            folder.resolve("out.parquet")));
  }

  @Test
  void averagingIsOfferedWhereALongTextIsAnError() {
    Ended ended = new InProcess(folder).run("batch", REVIEWS, "--oversize", "error");

    assertEquals(3, ended.code());
    assertTrue(
        ended.err().contains("reviews.jsonl:12: the text has ")
            && ended.err().contains("set --oversize average or --oversize truncate"),
        ended.err());
  }

  @Test
  void averagingNeedsAModelWhoseLimitIsKnown() {
    Ended ended =
        new InProcess(folder)
            .run(
                "batch",
                REVIEWS,
                "--provider",
                "ollama",
                "--model",
                "unknown",
                "--oversize",
                "average");

    assertEquals(2, ended.code());
    assertTrue(
        ended.err().contains("--oversize average: the longest text of model unknown is unknown"),
        ended.err());
  }
}
