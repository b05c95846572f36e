package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlatObjectTest {
  private static final List<String> PARTS =
      List.of(
          "{",
          "}",
          "\"",
          "\"",
          "\"",
          ":",
          ":",
          ",",
          ",",
          " ",
          "\t",
          "\\",
          "a",
          "é",
          "0",
          "1",
          "-",
          "1.5",
          "1e3",
          "null",
          "[",
          "]",
          "\u0001",
          "\"a\":",
          "\"b\":1",
          "\"c\":\"\"",
          "{\"d\":");

  private final FlatObject flat = new FlatObject();

  @Test
  void readsNamesStringsAndWholeNumbers() {
    assertEquals(
        List.of(
            "id=-12 NUMBER at 7 to 10", "text=é, {x}: STRING at 20 to 29", "= STRING at 34 to 36"),
        fields("{ \"id\":-12 , \"text\":\"é, {x}:\" ,\"\":\"\"}\t"));
    assertTrue(flat.isNamed(1, "text"));
    assertFalse(flat.isNamed(1, "tex"));
    assertFalse(flat.isNamed(1, "next"));
  }

  @Test
  void leavesEverythingElseToAParser() {
    for (String line :
        List.of(
            "{}",
            "",
            "\"text\"",
            "{\"a\":null}",
            "{\"a\":true}",
            "{\"a\":1.0}",
            "{\"a\":1e3}",
            "{\"a\":01}",
            "{\"a\":-}",
            "{\"a\":1234567890123456789}",
            "{\"a\":\"\\n\"}",
            "{\"\\u0061\":1}",
            "{\"a\":\"\u001f\"}",
            "{\"a\":[]}",
            "{\"a\":{}}",
            "{\"a\":1}}",
            "{\"a\":1} 2",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"" + "a".repeat(1001) + "\":1}",
            "{" + "\"a\":1,".repeat(64) + "\"b\":1}")) {
      assertFalse(read(line), line);
    }
  }

  @Test
  void readsALineAsAParserDoesOrNotAtAll() throws IOException {
    Random random = new Random(1);
    int flatLines = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder line = new StringBuilder("{");
      for (int parts = random.nextInt(10); parts > 0; parts--) {
        line.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      line.append(random.nextInt(8) > 0 ? "}" : "");
      if (read(line.toString())) {
        flatLines++;
        assertEquals(parsed(line.toString()), fields(line.toString()), line.toString());
      }
    }
    assertTrue(flatLines > 500, flatLines + " lines");
  }

  @Test
  void readsABareStringAsAParserDoesOrNotAtAll() throws IOException {
    assertEquals(List.of("=é, {x}: STRING at 1 to 10"), string(" \"é, {x}:\" \t"));
    Random random = new Random(1);
    int flatLines = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder line = new StringBuilder();
      for (int parts = random.nextInt(5); parts > 0; parts--) {
        line.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      if (isString(line.toString())) {
        flatLines++;
        assertEquals(parsedString(line.toString()), string(line.toString()), line.toString());
      }
    }
    assertTrue(flatLines > 200, flatLines + " lines");
  }

  private boolean isString(String line) {
    char[] chars = ("xx" + line + "\"").toCharArray();
    return flat.readString(chars, 2, line.length());
  }

  private List<String> string(String line) {
    assertTrue(isString(line), line);
    assertEquals(1, flat.fields());
    return List.of(field("", flat.content(0), flat.kind(0), flat.start(0), flat.end(0)));
  }

  private static List<String> parsedString(String line) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(line.toCharArray())) {
      assertEquals(JsonToken.VALUE_STRING, parser.nextToken());
      int start = (int) parser.currentTokenLocation().getCharOffset();
      String content = parser.getText();
      int end = (int) parser.currentLocation().getCharOffset();
      assertEquals(null, parser.nextToken());
      return List.of(field("", content, JsonKind.STRING, start, end));
    }
  }

  private boolean read(String line) {
    char[] chars = ("xx" + line + "}").toCharArray();
    return flat.read(chars, 2, line.length());
  }

  private List<String> fields(String line) {
    assertTrue(read(line), line);
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < flat.fields(); i++) {
      fields.add(field(flat.name(i), flat.content(i), flat.kind(i), flat.start(i), flat.end(i)));
    }
    return fields;
  }

  private static List<String> parsed(String line) throws IOException {
    List<String> fields = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(line.toCharArray())) {
      assertEquals(JsonToken.START_OBJECT, parser.nextToken());
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        JsonToken value = parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        String content = parser.getText();
        int end = (int) parser.currentLocation().getCharOffset();
        JsonKind kind = value == JsonToken.VALUE_STRING ? JsonKind.STRING : JsonKind.NUMBER;
        fields.add(field(parser.currentName(), content, kind, start, end));
      }
      assertEquals(null, parser.nextToken());
    }
    return fields;
  }

  private static String field(String name, String content, JsonKind kind, int start, int end) {
    return name + "=" + content + " " + kind + " at " + start + " to " + end;
  }
}
