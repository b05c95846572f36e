package dev.embedctl.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing that a terminal obeys is left, for each character that there is. */
final class PrintableTest {
  private static final ObjectMapper JSON = new JsonMapper();
  private static final Set<Byte> HIDDEN =
      Set.of(
          Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE);

  private static boolean isHidden(int character) {
    return HIDDEN.contains((byte) Character.getType(character));
  }

  @Test
  void eachCharacterIsShownOrReplaced() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String text = "a" + Character.toString(c) + "b";
      String line = Printable.line(text);
      assertFalse(line.codePoints().anyMatch(PrintableTest::isHidden), text);
      if (!isHidden(c)) {
        assertEquals(text, line);
      }
      boolean layout = c == '\n' || c == '\t';
      assertEquals(isHidden(c) && !layout ? "a\uFFFDb" : text, Printable.lines(text), () -> text);
    }
  }

  @Test
  void jsonMeansTheSameAfterwards() throws Exception {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (Character.getType(c) == Character.SURROGATE) {
        continue; // no text of UTF-8
      }
      Map<String, String> value = Map.of("k", "a" + Character.toString(c) + "\\" + "b");
      String json = Printable.json(JSON.writeValueAsString(value));
      assertFalse(json.codePoints().anyMatch(PrintableTest::isHidden), json);
      assertEquals(value, JSON.readValue(json, Map.class));
    }
  }

  @Test
  void lineEndsAreKeptOnlyWhereLinesAreMeant() {
    assertEquals("a b c d", Printable.line("a\r\nb\tc\nd"));
    assertEquals("a\nb\tc\uFFFDd", Printable.lines("a\r\nb\tc\rd"));
    assertEquals("{\n  \"a\" : \"\\u202E\"\n}", Printable.json("{\n  \"a\" : \"\u202e\"\n}"));
  }
}
