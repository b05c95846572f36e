package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code verify} on what {@code batch} wrote, whole and tampered with. */
final class VerifyCommandTest {
  private static final int RECORDS = 300;

  @TempDir private Path folder;
  private OpenAiServer server;
  private Path input;

  @BeforeEach
  void prepare() throws IOException {
    server = new OpenAiServer(4, Duration.ZERO);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      records.add("{\"id\":\"r%d\",\"text\":\"text %d\"}".formatted(i, i % 280));
    }
    input = Files.write(folder.resolve("in.jsonl"), records);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Ended run(String command, String... arguments) {
    return new InProcess(folder)
        .run(Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
  }

  private Path batch(String name, String... more) {
    Path output = folder.resolve(name);
    Ended ended =
        run(
            "batch",
            with(more, input.toString(), "-o", output.toString(), "--provider", "openai")
                .toArray(String[]::new));
    assertTrue(ended.code() == 0 || ended.code() == 4, ended.err());
    return output;
  }

  private Stream<String> with(String[] more, String... first) {
    return Stream.of(
            Stream.of(first),
            Stream.of("--base-url", server.baseUrl(), "--model", "m"),
            Stream.of(more))
        .flatMap(arguments -> arguments);
  }

  private Ended verify(Path output, String... more) {
    return run(
        "verify",
        Stream.concat(Stream.of(output.toString(), "--input", input.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private Ended sampled(Path output, String... more) {
    return verify(output, with(more, "--provider", "openai").toArray(String[]::new));
  }

  /** Writes the output's lines again, otherwise. */
  private static void tamper(Path output, UnaryOperator<List<String>> change) throws IOException {
    Files.write(output, change.apply(new ArrayList<>(Files.readAllLines(output))));
  }

  private static void replace(Path output, int line, String part, String by) throws IOException {
    tamper(
        output,
        lines -> {
          String changed = lines.get(line).replaceFirst(part, by);
          assertFalse(changed.equals(lines.get(line)), lines.get(line));
          lines.set(line, changed);
          return lines;
        });
  }

  private static void assertSound(Ended ended) {
    assertEquals("", ended.err());
    assertEquals(0, ended.code());
  }

  private static void assertFinds(Ended ended, String... messages) {
    assertEquals(List.of(messages), ended.err().lines().toList());
    assertEquals(1, ended.code());
  }

  private String said(String place, String rest) {
    return "embedctl: " + folder.resolve(place) + rest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"float", "base64", "float16"})
  void whatARunWroteIsWholeInEveryVectorFormat(String format) {
    Path output = batch("out.jsonl", "--vector-format", format);

    Ended ended = verify(output);

    assertSound(ended);
    assertTrue(
        ended.out().startsWith("300 rows for 300 records, 4 dimensions, lengths "), ended.out());
    assertTrue(ended.out().endsWith(", no difference\n"), ended.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out.jsonl",
        "out.csv",
        "out.csv.gz",
        "out.jsonl.zst",
        "out.parquet",
        "out.arrow",
        "out.npy"
      })
  void whatARunWroteIsWholeInEveryFormat(String name) throws IOException {
    replace(input, 3, "\"id\":\"r3\",", "");
    replace(input, 4, "\"r4\"", "4");
    replace(input, 5, "\"r5\"", "\"\\\\u00e9, \\\\\"x\\\\\"\"");

    Ended ended = verify(batch(name, "--metadata", "text"));

    assertSound(ended);
    assertTrue(
        ended.out().startsWith("300 rows for 300 records, 4 dimensions, lengths "), ended.out());
    assertTrue(ended.out().endsWith(", no difference\n"), ended.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"out.jsonl", "out.csv", "out.csv.gz", "out.parquet", "out.arrow", "out.npy"})
  void aRowThatAnOutputLacksIsNamedWhateverItsFormat(String name) throws IOException {
    List<String> records = Files.readAllLines(input);
    replace(input, 30, "text 30", " ");
    Path output = batch(name, "--on-error", "collect");
    Files.delete(folder.resolve(name + ".errors.jsonl"));
    Files.write(input, records);

    Ended ended = verify(output);

    assertEquals(1, ended.code());
    assertTrue(
        ended.err().startsWith(said("in.jsonl", ":31: index 30 has no embedding before " + output)),
        ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @ParameterizedTest
  @CsvSource({
    "out.jsonl,':32'",
    "out.csv,':33'",
    "out.csv.gz,':33'",
    "out.parquet,': row 32'",
    "out.arrow,': row 32'",
    "out.npy,': row 32'"
  })
  void aVectorAndAnIdOfAnotherTextAreNamedWhateverTheFormat(String name, String row)
      throws IOException {
    Path output = batch(name);
    replace(input, 31, "text 31", "text 30");
    replace(input, 31, "r31", "x");

    Ended ended = verify(output);

    String id = "id \"r31\", but " + input + ":32 has id \"x\"";
    String vector = "differs from an earlier vector of the same text, " + input + ":32";
    assertFinds(ended, said(name, row + ": " + id), said(name, row + ": " + vector));
  }

  @Test
  void aVectorThatWasDamagedInAnArrowFileIsNamedByItsRow() throws IOException {
    Path output = batch("out.arrow");
    damage(output, vectorBytes("text 120"));

    assertFinds(verify(output), said("out.arrow", ": row 121: all values are zero"));
  }

  @Test
  void aVectorThatWasDamagedInAParquetFileIsToldByItsPage() throws IOException {
    Path output = batch("out.parquet");
    damage(output, vectorBytes("text 120"));

    Ended ended = verify(output);

    assertEquals(1, ended.code());
    assertTrue(
        ended.err().startsWith(said("out.parquet", ": row 1: rows from here on cannot be read (")),
        ended.err());
    assertTrue(ended.err().contains("CRC mismatch for column element"), ended.err());
  }

  @ParameterizedTest
  @CsvSource({"out.parquet,not a complete Parquet file: ", "out.arrow,not a complete Arrow file: "})
  void aTableOfBytesThatIsCutShortIsToldInALine(String name, String reason) throws IOException {
    Path output = batch(name);
    byte[] bytes = Files.readAllBytes(output);
    Files.write(output, Arrays.copyOf(bytes, bytes.length - 20));

    Ended ended = verify(output);

    assertEquals(3, ended.code());
    assertTrue(ended.err().startsWith(said(name, ": " + reason)), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.parquet", "out.arrow"})
  void aTableOfBytesThatIsDamagedWithinIsNamedByItsFirstRowThatCannotBeRead(String name)
      throws IOException {
    Path output = batch(name);
    byte[] bytes = Files.readAllBytes(output);
    Arrays.fill(bytes, 8, bytes.length / 2, (byte) 0xFF);
    Files.write(output, bytes);

    Ended ended = verify(output);

    assertEquals(1, ended.code());
    assertTrue(ended.err().startsWith(said(name, ": row ")), ended.err());
    assertEquals(2, ended.err().lines().count(), ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "arrow", "csv"})
  void aFormatThatANameDoesNotTellIsSaid(String format) {
    Path output = batch("out.data", "--output-format", format);

    assertSound(verify(output, "--output-format", format));
  }

  private static byte[] vectorBytes(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    Vectors.of(text, 4).writeTo(bytes.asFloatBuffer());
    return bytes.array();
  }

  /** Puts zeros where these bytes stand. */
  private static void damage(Path output, byte[] part) throws IOException {
    byte[] bytes = Files.readAllBytes(output);
    int place = 0;
    while (!Arrays.equals(bytes, place, place + part.length, part, 0, part.length)) {
      place++;
    }
    Arrays.fill(bytes, place, place + part.length, (byte) 0);
    Files.write(output, bytes);
  }

  @Test
  void anArrayIsReadWithTheLinesThatTellWhoseItsRowsAre() throws IOException {
    Path output = batch("out.npy");
    assertSound(verify(output));

    replace(folder.resolve("out.npy.ids.jsonl"), 6, "r6", "r7");

    assertFinds(
        verify(output),
        "embedctl: %s: row 7: id \"r7\", but %s:7 has id \"r6\"".formatted(output, input));
  }

  @Test
  void anArrayThatIsCutShortIsNotWhole() throws IOException {
    Path output = batch("out.npy");
    byte[] bytes = Files.readAllBytes(output);
    Files.write(output, Arrays.copyOf(bytes, bytes.length - 20));

    assertFinds(
        verify(output),
        "embedctl: %s: truncated after 298 rows; the header says 300".formatted(output),
        ("embedctl: %s:299: index 298 to 299 (line 300) have no embedding before the end of the"
                + " output")
            .formatted(input));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"[1.5,-2,0.25,3]\"", "AADAPwAAAMAAAIA+AABAQA=="})
  void aTableIsReadWhateverItsOtherColumns(String embedding) throws IOException {
    Files.write(input, List.of("{\"id\":7,\"text\":\"a\"}", "{\"id\":\"x,\\\"y\",\"text\":\"A\"}"));
    Path output =
        Files.write(
            folder.resolve("out.csv"),
            List.of(
                "index,id,embedding,cached,topic",
                "0,7,%s,false,\"two\nlines\"".formatted(embedding),
                "1,\"x,\"\"y\",%s,true,".formatted(embedding)));

    assertSound(verify(output));
    replace(output, 3, "^1,", "3,");

    assertFinds(
        verify(output),
        "embedctl: %s:2: index 1 has no embedding before %s:4".formatted(input, output),
        "embedctl: %s:4: index 3, but %s has only 2 records".formatted(output, input));
  }

  @Test
  void aCompressedOutputIsReadAsItStands() throws IOException {
    Path output = batch("out.jsonl");
    byte[] plain = Files.readAllBytes(output);
    Path gzip = folder.resolve("out2.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(plain);
    }
    Path zstd = Files.write(folder.resolve("out3.jsonl.zst"), Zstd.compress(plain));

    assertSound(verify(gzip));
    assertSound(verify(zstd));
    byte[] packed = Files.readAllBytes(gzip);
    Files.write(gzip, Arrays.copyOf(packed, packed.length / 2));
    Ended ended = verify(gzip);
    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("the gzip data is truncated"), ended.err());
    assertTrue(
        ended.err().contains(" have no embedding before the end of the output"), ended.err());
  }

  @Test
  void missingRowsAreNamedByTheirPlacesInTheInput() throws IOException {
    Path output = batch("out.jsonl");
    tamper(
        output,
        lines -> {
          lines.subList(290, 300).clear();
          lines.remove(17);
          return lines;
        });

    assertFinds(
        verify(output),
        said("in.jsonl", ":18: index 17 has no embedding before " + output + ":18"),
        said(
            "in.jsonl",
            ":291: index 290 to 299 (line 300) have no embedding before the end of the output"));
  }

  @Test
  void rowsThatChangedPlacesOrStandTwiceAreNamed() throws IOException {
    Path output = batch("out.jsonl");
    tamper(
        output,
        lines -> {
          Collections.swap(lines, 3, 4);
          lines.add(lines.getLast());
          return lines;
        });

    assertFinds(
        verify(output),
        said("in.jsonl", ":4: index 3 has no embedding before " + output + ":4"),
        said("out.jsonl", ":5: index 3 comes after index 4"),
        said("out.jsonl", ":301: index 299 occurs twice"));
  }

  @Test
  void vectorsThatAreNoneOrUnlikeTheOthersAreNamed() throws IOException {
    Path output = batch("out.jsonl");
    replace(output, 30, "\\[[^,]*,", "[");
    replace(output, 31, "\\[.*\\]", "[0,0,0,0]");
    replace(output, 32, "\\[.*\\]", "[1,2,\"x\",4]");
    replace(output, 33, "\\[.*\\]", "\"AACAPwAAgD8AAIA/\"");
    replace(output, 34, "\\[.*\\]", "\"AAAAAA\\*\"");
    replace(output, 35, "\\[.*\\]", "\"AADAfwAAgD8AAIA/AACAPw==\"");
    replace(output, 36, ",\"embedding\":\\[.*\\]", "");
    replace(output, 37, "\\}", "");
    int columns = Files.readAllLines(output).get(37).length() + 1;

    assertFinds(
        verify(output),
        said("out.jsonl", ":32: all values are zero"),
        said("out.jsonl", ":33: value 2 of the embedding is not a number"),
        said("out.jsonl", ":35: the embedding is a string that is not base64"),
        said("out.jsonl", ":36: value 0 is NaN"),
        said("out.jsonl", ":37: no embedding"),
        said("out.jsonl", ":38: not valid JSON: it ends too early, at column " + columns),
        said("out.jsonl", ":31: 3 dimensions instead of 4"),
        said("out.jsonl", ":34: 3 dimensions instead of 4"));
  }

  @Test
  void whereNineVectorsInTenHaveTheLengthOneTheOthersAreNamed() throws IOException {
    Path output = folder.resolve("out.jsonl");
    writeVectors(output, "[2,0]", 9);

    assertFinds(
        verify(output),
        said("out.jsonl", ":1: the vector's length is not 1, unlike that of 9 others"));
    writeVectors(output, "[2,0]", 8);
    assertSound(verify(output));
  }

  /** One vector, and so many of the length 1. */
  private void writeVectors(Path output, String first, int others) throws IOException {
    List<String> texts = new ArrayList<>(List.of("\"text\""));
    List<String> rows = new ArrayList<>(List.of("{\"index\":0,\"embedding\":%s}".formatted(first)));
    for (int i = 1; i <= others; i++) {
      texts.add("\"text %d\"".formatted(i));
      rows.add(
          "{\"index\":%d,\"embedding\":%s}".formatted(i, i % 2 == 0 ? "[0.6,0.8]" : "[0.8,0.6]"));
    }
    Files.write(input, texts);
    Files.write(output, rows);
  }

  @Test
  void differentTextsThatAllHaveOneVectorAreFound() throws IOException {
    Path output = folder.resolve("out.jsonl");
    Files.write(input, List.of("\"...\"", "\"one text\"", "\"another text\""));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add("{\"index\":%d,\"embedding\":[0.6,0.8]}".formatted(i));
    }
    Files.write(output, rows);

    assertFinds(
        verify(output),
        said("out.jsonl", ":3: has the same vector as every other text, although they differ"));
    replace(output, 0, "0.6,0.8", "0.8,0.6");
    replace(output, 2, "0.6,0.8", "0.8,0.6");
    assertSound(verify(output));
    Files.write(input, List.of("\"one text\"", "\"One text!\"", "\"text one\""));
    Files.write(output, rows);
    assertSound(verify(output));
  }

  @Test
  void vectorsThatNoModelReturnsAreNamed() throws IOException {
    Path output = batch("out.jsonl");
    replace(output, 30, "\\[.*\\]", "[1e20,0,0,1]");
    replace(output, 31, "\\[.*\\]", "[1,2,3,4,5,6,7,8,0,0,0,0,0,0,0,0]");

    assertFinds(
        verify(output),
        said("out.jsonl", ":31: its length is 1.0e+20, which no model produces"),
        said(
            "out.jsonl",
            ":32: all but 8 of its 16 values are zero, as if the vector was padded or cut off"),
        said("out.jsonl", ":32: 16 dimensions instead of 4"));
  }

  @Test
  void equalTextsWithUnequalVectorsAreFound() throws IOException {
    Path output = batch("out.jsonl");
    replace(output, 285, "\\[[^,]*,", "[9.5,");

    assertFinds(
        verify(output),
        said(
            "out.jsonl",
            ":286: differs from an earlier vector of the same text, " + input + ":286"));
  }

  @Test
  void textsThatFailedAreAccountedFor() throws IOException {
    replace(input, 8, "text 8", " ");
    replace(input, 9, "text 9", " ");
    Path output = batch("out.jsonl", "--on-error", "collect");

    Ended ended = verify(output);
    assertSound(ended);
    assertTrue(
        ended.out().startsWith("298 rows for 300 records, 2 failed in the run, "), ended.out());

    Path aside = folder.resolve("aside.jsonl");
    Files.move(folder.resolve("out.jsonl.errors.jsonl"), aside);
    assertSound(verify(output, "--errors", aside.toString()));
    assertFinds(
        verify(output),
        said(
            "in.jsonl",
            ":9: index 8 to 9 (line 10) have no embedding before "
                + output
                + ":9 (the text is blank)"));
  }

  @Test
  void anErrorsFileThatIsNoneIsUnreadableInput() throws IOException {
    Path output = batch("out.jsonl");
    tamper(output, lines -> lines.subList(0, 299));
    Path errors = Files.write(folder.resolve("errors.jsonl"), List.of("{\"line\":300}"));

    Ended ended = verify(output, "--errors", errors.toString());

    assertEquals(3, ended.code());
    assertEquals(
        said("errors.jsonl", ":1: not a line of an errors file: the index is missing")
            + " or not an integer of at least 0\n",
        ended.err());
  }

  @Test
  void noMoreThanTenDifferencesAreNamedAndTheRestIsCounted() throws IOException {
    Path output = batch("out.jsonl");
    tamper(
        output,
        lines -> lines.stream().map(line -> line.replace("\"id\":\"r", "\"id\":\"s")).toList());

    Ended ended = verify(output, "--json");

    assertEquals(1, ended.code());
    List<String> said = ended.err().lines().toList();
    assertEquals(11, said.size());
    assertEquals(
        said("out.jsonl", ":1: id \"s0\", but " + input + ":1 has id \"r0\""), said.getFirst());
    assertEquals("embedctl: and 290 more", said.getLast());
    JsonNode report = new ObjectMapper().readTree(ended.out());
    assertFalse(report.get("ok").booleanValue());
    assertEquals(300, report.get("differences").intValue());
    assertEquals(300, report.get("differences_by_kind").get("id").intValue());
    assertEquals(0, report.get("differences_by_kind").get("missing").intValue());
    assertEquals(10, report.get("first_differences").size());
    assertEquals(4, report.get("dimensions").intValue());
    assertTrue(report.get("drift").isNull());
  }

  @Test
  void anIdThatAToolWroteInAnotherWayIsTheSame() throws IOException {
    Files.write(
        input, List.of("{\"id\":100,\"text\":\"a\"}", "{\"id\":\"\\u00e9\",\"text\":\"b\"}"));
    Path output =
        Files.write(
            folder.resolve("out.jsonl"),
            List.of(
                "{\"embedding\":[1,2],\"id\":1e2,\"index\":0}",
                "{\"index\":1,\"id\":\"é\",\"embedding\":[1,3]}"));

    assertSound(verify(output));
    replace(output, 0, "1e2", "\"100\"");
    assertFinds(
        verify(output), said("out.jsonl", ":1: id \"100\", but " + input + ":1 has id 100"));
  }

  @Test
  void aSampleIsEmbeddedAgainAndTheModelHasNotDrifted() throws IOException {
    Path output = batch("out.jsonl", "--vector-format", "float16");
    int calls = server.calls();

    Ended ended = sampled(output, "--sample", "20", "--json");

    assertSound(ended);
    assertTrue(server.calls() > calls);
    JsonNode drift = new ObjectMapper().readTree(ended.out()).get("drift");
    assertEquals(20, drift.get("texts").intValue());
    assertTrue(drift.get("min_cosine").doubleValue() > 0.99999, drift.toString());
    assertTrue(drift.get("max_abs_difference").doubleValue() > 0, drift.toString());
    assertTrue(drift.get("max_abs_difference").doubleValue() < 0.01, drift.toString());
  }

  @Test
  void aModelThatHasDriftedIsADifference() throws IOException {
    Files.write(input, List.of("\"a\"", "\"b\""));
    Path output = batch("out.jsonl");
    float[] other = Vectors.of("a", 4).toArray();
    replace(output, 0, "\\[.*\\]", "[%s,%s,%s,9]".formatted(other[0], other[1], other[2]));

    Ended ended = sampled(output, "--sample", "10");

    assertEquals(1, ended.code());
    assertTrue(
        ended.err().startsWith(said("out.jsonl", ":1: the model now returns another vector; the")),
        ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.out().contains("2 embedded again (cosine "), ended.out());
    assertSound(sampled(output, "--sample", "10", "--min-cosine", "-1"));
  }

  @Test
  void anEmptyInputHasAnEmptyOutput() throws IOException {
    Files.writeString(input, "");

    assertSound(verify(batch("out.jsonl")));
    assertSound(verify(batch("out.npy")));
  }

  @Test
  void quietSaysDifferencesOnly() throws IOException {
    Path output = batch("out.jsonl");
    assertEquals("", verify(output, "-q").out());
    tamper(output, lines -> lines.subList(1, 300));

    Ended ended = verify(output, "-q");

    assertEquals("", ended.out());
    assertFinds(ended, said("in.jsonl", ":1: index 0 has no embedding before " + output + ":1"));
  }

  @ParameterizedTest
  @CsvSource({
    "gone.jsonl,3,no such file",
    "gone.parquet,3,no such file",
    "gone.arrow,3,no such file",
    "out.data,2,'pass --output-format jsonl, csv, parquet, arrow or npy'",
    "bad.parquet,3,not a complete Parquet file",
    "bad.arrow,3,not a complete Arrow file",
    "bad.csv,3,the header row has no columns index and embedding",
    "bad.npy,3,not an output of embedctl"
  })
  void anOutputThatCannotBeOneIsToldByItsExitCode(String name, int code, String reason)
      throws IOException {
    Files.writeString(folder.resolve("bad.csv"), "a,b\n");
    Files.writeString(folder.resolve("bad.npy"), "a,b\n");
    Files.writeString(folder.resolve("bad.parquet"), "a,b\n");
    Files.writeString(folder.resolve("bad.arrow"), "a,b\n");
    Files.writeString(folder.resolve("bad.npy.ids.jsonl"), "");

    Ended ended = verify(folder.resolve(name));

    assertEquals(code, ended.code());
    assertTrue(ended.err().contains(name) && ended.err().contains(reason), ended.err());
    assertEquals("", ended.out());
  }

  @Test
  void anInputThatCannotBeReadToItsEndIsToldAsABatchTellsIt() throws IOException {
    Path output = batch("out.jsonl");
    input = Files.writeString(folder.resolve("in.csv"), "id,text\n1,\"open\n");

    Ended ended = verify(output);

    assertEquals(3, ended.code());
    assertEquals(said("in.csv", ":2: a quote that opens here is never closed\n"), ended.err());
  }

  @Test
  void aKeyThatIsMissingIsToldBeforeAnythingIsRead() {
    Ended ended = verify(folder.resolve("out.jsonl"), "--sample", "5", "--provider", "openai");

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("OPENAI_API_KEY"), ended.err());
  }
}
