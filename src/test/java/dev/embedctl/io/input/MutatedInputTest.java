package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Good records, changed at random, in every format of text: what is read is what a plain model of
 * the format reads, or an error with its line, in words of this program. {@code
 * -Dinput.mutations=20000} tries more.
 */
final class MutatedInputTest {
  private static final int MUTATIONS = Integer.getInteger("input.mutations", 1500);
  private static final String PIECES = "{}[]\"\\:,;|\t\r\n 0eE+-.aé\u00A0\uFEFF😀\uD83Dü'`#/NIf";
  private static final Pattern LIBRARY =
      Pattern.compile(
          "Feature|CTRL-CHAR|(?i:jackson|hardwood|commons\\.csv|brotli4j)|Exception|\\bdev\\.|\\bcom\\.");
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void jsonLinesAreReadAsATreeReadsThemOrRefused() {
    int read = 0;
    for (int round = 0; round < MUTATIONS; round++) {
      String line =
          mutated(
              "{\"id\":"
                  + List.of("17", "\"a\\u0041\"", "-0.50", "null", "[1]", "1e3")
                      .get(random.nextInt(6))
                  + ",\"text\":\"say \\\"hi\\\" \\ud83d\\ude00 é\",\"m\":{\"k\":[1,null]},\"n\":true}");
      if (line.contains("\n")) {
        continue; // two lines, which are tried by themselves
      }
      String why = "seed " + seed + ", round " + round + ": " + line;
      InputOptions options = Reading.withMetadata(Reading.as(InputFormat.JSONL), "all");
      List<InputRecord> records = Reading.all("\"first\"\n" + line + "\n\"last\"\n", options);
      if (records.size() == 2) {
        assertTrue(line.chars().allMatch(c -> c == ' ' || c == '\t' || c == '\r'), why);
        continue;
      }
      assertEquals(3, records.size(), why);
      InputRecord record = records.get(1);
      assertEquals(2, record.line(), why);
      assertEquals("last", Reading.told(records.get(2)), why);
      switch (record.text()) {
        case Text.Invalid invalid -> assertPlain(invalid.message(), why);
        case Text.Valid text -> {
          assertSame(tree(line, why), text.value(), record, why);
          read++;
        }
      }
    }
    assertTrue(read > MUTATIONS / 10, "only " + read + " lines were read");
  }

  private static void assertSame(JsonNode tree, String text, InputRecord record, String why) {
    if (tree.isTextual()) {
      assertEquals(tree.textValue(), text, why);
      return;
    }
    assertEquals(tree.get("text").textValue(), text, why);
    assertEquals(
        Optional.ofNullable(tree.get("id")).filter(id -> !id.isNull()),
        record.id().map(id -> tree(id, why)),
        why);
    ObjectNode rest = tree.deepCopy();
    rest.remove(List.of("text", "id"));
    assertEquals(
        rest.isEmpty() ? Optional.empty() : Optional.of(rest),
        record.metadata().map(metadata -> tree(metadata, why)),
        why);
  }

  private static JsonNode tree(String json, String why) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("it was read, though it is no JSON: " + why, e);
    }
  }

  @Test
  void tsvIsReadByTabsAndLineEndsAlone() {
    for (int round = 0; round < MUTATIONS; round++) {
      String row = mutated("17\tsay \"hi\" 'x' é\tm");
      String why = "seed " + seed + ", round " + round + ": " + row;
      List<String> expected = new ArrayList<>();
      for (String line : row.split("\r\n|\r|\n", -1)) {
        String[] cells = line.split("\t", -1);
        if (cells.length == 3) {
          expected.add(cells[1]);
        } else if (cells.length > 1 || !TextRules.isBlank(line)) {
          expected.add("?");
        }
      }
      assertRead(expected, "id\ttext\tm\n" + row + "\n", InputFormat.TSV, why);
    }
  }

  @Test
  void textIsReadByLineEndsAlone() {
    for (int round = 0; round < MUTATIONS; round++) {
      String line = "-" + mutated("say \"hi\", {x} é\tand more");
      String why = "seed " + seed + ", round " + round + ": " + line;
      List<String> expected = new ArrayList<>();
      for (String one : (line + "\nend").split("\r?\n", -1)) {
        if (!TextRules.isBlank(one)) {
          expected.add(one);
        }
      }
      assertRead(expected, line + "\nend", InputFormat.TXT, why);
    }
  }

  @Test
  void csvIsReadAsAPlainModelReadsIt() {
    for (int round = 0; round < MUTATIONS; round++) {
      // A line end within a quote stays what it was; the model knows one kind of them.
      String row = mutated("17,\"say \"\"hi\"\", é\",m").replace('\r', '\n');
      String why = "seed " + seed + ", round " + round + ": " + row;
      Optional<List<String>> expected = csv(row);
      String input = "id,text,m\n" + row + "\n";
      if (expected.isPresent()) {
        assertRead(expected.get(), input, InputFormat.CSV, why);
        continue;
      }
      try {
        List<InputRecord> records = Reading.all(input, Reading.as(InputFormat.CSV));
        assertTrue(records.stream().anyMatch(r -> Reading.code(r).isPresent()), why);
        records.forEach(record -> assertPlain(Reading.told(record), why));
      } catch (InvalidInput e) {
        assertPlain(e.getMessage(), why);
        assertTrue(e.getMessage().matches("standard input:[0-9]+: .*"), e.getMessage());
      }
    }
  }

  /** The texts of rows of three cells, "?" for others; empty where a quote is no whole one. */
  private static Optional<List<String>> csv(String rows) {
    List<List<String>> table = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean begun = false; // whether something of a cell was read
    String text = rows + "\n";
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && !begun) {
        int end = i + 1;
        while (true) {
          int quote = text.indexOf('"', end);
          if (quote < 0) {
            return Optional.empty();
          }
          cell.append(text, end, quote);
          if (quote + 1 < text.length() && text.charAt(quote + 1) == '"') {
            cell.append('"');
            end = quote + 2;
            continue;
          }
          i = quote;
          break;
        }
        begun = true;
        // White space behind a quote is passed over.
        while (text.charAt(i + 1) != '\n' && Character.isWhitespace(text.charAt(i + 1))) {
          i++;
        }
        char next = text.charAt(i + 1);
        if (next != ',' && next != '\n') {
          return Optional.empty();
        }
      } else if (c == ',' || c == '\n') {
        cells.add(cell.toString());
        cell.setLength(0);
        begun = false;
        if (c != ',') {
          table.add(List.copyOf(cells));
          cells.clear();
        }
      } else {
        cell.append(c);
        begun = true;
      }
    }
    List<String> texts = new ArrayList<>();
    for (List<String> row : table) {
      if (row.size() == 3) {
        texts.add(row.get(1));
      } else if (row.size() > 1 || !TextRules.isBlank(row.getFirst())) {
        texts.add("?");
      }
    }
    return Optional.of(texts);
  }

  private static void assertRead(
      List<String> expected, String input, InputFormat format, String why) {
    List<InputRecord> records =
        Reading.all(input.getBytes(StandardCharsets.UTF_8), Reading.as(format));
    assertEquals(expected.size(), records.size(), why + " " + records);
    for (int i = 0; i < expected.size(); i++) {
      InputRecord record = records.get(i);
      assertEquals(i, record.index(), why);
      switch (record.text()) {
        case Text.Valid text -> assertEquals(expected.get(i), text.value(), why);
        case Text.Invalid invalid -> {
          assertTrue(
              expected.get(i).equals("?") || TextRules.isBlank(expected.get(i)),
              why + " " + invalid);
          assertPlain(invalid.message(), why);
        }
      }
    }
  }

  private static void assertPlain(String message, String why) {
    assertFalse(LIBRARY.matcher(message).find(), message + " " + why);
    assertEquals(1, Math.max(1, message.lines().count()), message + " " + why);
  }

  private String mutated(String good) {
    StringBuilder text = new StringBuilder(good);
    int changes = random.nextInt(4);
    for (int i = 0; i < changes && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      int piece = random.nextInt(PIECES.length());
      switch (random.nextInt(5)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, PIECES.charAt(piece));
        case 2 -> text.setCharAt(at, PIECES.charAt(piece));
        case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 12)));
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(5)));
      }
    }
    // UTF-8 has no half of a pair.
    return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
