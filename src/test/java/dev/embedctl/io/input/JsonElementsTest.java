package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonElementsTest {
  private static final InputOptions JSON = Reading.as(InputFormat.JSON);

  private static List<String> elements(String json, int maxChars) throws IOException {
    List<String> elements = new ArrayList<>();
    try (JsonElements source = new JsonElements(new StringReader(json), maxChars)) {
      while (source.advance()) {
        elements.add(
            source.number() + ":" + source.text().strip() + (source.isTooLong() ? "…" : ""));
      }
    }
    return elements;
  }

  @Test
  void readsTheElementsWithTheirLines() {
    List<InputRecord> records =
        Reading.all(
            """

            [ {"text":"a, ] \\" b", "id" : 7},

              "c"
            , {
              "text": "d",
              "deep": [1, {"x": [
            ]}]
            }
            ]
            """,
            Reading.withMetadata(JSON, "deep"));

    assertEquals(List.of("a, ] \" b", "c", "d"), Reading.told(records));
    assertEquals(List.of(2L, 4L, 5L), records.stream().map(InputRecord::line).toList());
    assertEquals(List.of(0L, 1L, 2L), records.stream().map(InputRecord::index).toList());
    assertEquals(Optional.of("7"), records.getFirst().id());
    assertEquals(Optional.of("{\"deep\":[1, {\"x\": [ ]}]}"), records.getLast().metadata());
  }

  @Test
  void readsArraysOneAfterTheOtherAndArraysWithoutElements() {
    assertEquals(List.of(), Reading.all("[]", JSON));
    assertEquals(
        List.of("a", "b", "c"), Reading.told(Reading.all("[ ]\n[\"a\",\"b\"][\"c\"]\n[]", JSON)));
  }

  @Test
  void readsAFileWithoutAnArrayAsLines() {
    assertEquals(List.of("a", "b"), Reading.told(Reading.all("\n{\"text\":\"a\"}\n\"b\"", JSON)));
    assertEquals(List.of(), Reading.all("", JSON));
  }

  @Test
  void readsCompressedArrays() {
    byte[] array = "[\"a\",\n\"b\"]".getBytes(StandardCharsets.UTF_8);

    assertEquals(List.of("a", "b"), Reading.told(Reading.all(Reading.gzip(array), JSON)));
    assertEquals(List.of("a", "b"), Reading.told(Reading.all(Reading.trickling(array, 1), JSON)));
  }

  @Test
  void goesOnAfterAnElementThatIsNotARecord() {
    List<String> read =
        Reading.told(Reading.all("[\"a\", 17, {\"text\": oops}, {\"text\":1]}, \"b\"]", JSON));

    assertEquals(5, read.size());
    assertEquals("a", read.getFirst());
    assertTrue(read.get(1).startsWith("INVALID_RECORD: a number, not an object"), read.get(1));
    assertTrue(read.get(2).startsWith("INVALID_RECORD: not valid JSON"), read.get(2));
    assertTrue(read.get(3).startsWith("INVALID_RECORD: not valid JSON"), read.get(3));
    assertEquals("b", read.getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[\"a\" | standard input:1: the JSON array is not closed; the element from line 1 has no end",
        "[\"a\",%n{\"b%n | standard input:3: the JSON array is not closed; a string of the element from line 2",
        "[\"a\",%n] | standard input:2: an element of the JSON array is missing before ']'",
        "[,\"a\"] | standard input:1: an element of the JSON array is missing before ','",
        "[\"a\"]%nx | standard input:2: the JSON array has ended, and 'x' follows",
        "[ | standard input:1: the JSON array is not closed",
      })
  void endsWhereTheArrayIsDamaged(String json, String message) {
    String text = json.replace("%n", "\n");

    InvalidInput thrown = assertThrows(InvalidInput.class, () -> Reading.all(text, JSON));

    assertTrue(thrown.getMessage().startsWith(message), thrown.getMessage());
  }

  @Test
  void keepsOnlyTheBeginningOfAnElementThatIsTooLong() throws IOException {
    assertEquals(
        List.of("1:\"a\"", "1:" + "x".repeat(200) + "…", "2:" + "y".repeat(300), "2:\"b\""),
        elements("[\"a\"," + "x".repeat(301) + ",\n" + "y".repeat(300) + ",\"b\"]", 300));
  }

  @Test
  void readsAnArrayOfAnyLengthInBoundedMemory() throws IOException {
    Reader endless =
        new Reader() {
          private int left = 200_000;

          @Override
          public int read(char[] target, int offset, int length) {
            if (left == 0) {
              return -1;
            }
            String next = left == 200_000 ? "[" : left == 1 ? "1]" : "1,";
            left--;
            next.getChars(0, next.length(), target, offset);
            return next.length();
          }

          @Override
          public void close() {}
        };
    int count = 0;
    try (JsonElements source = new JsonElements(endless, 100)) {
      while (source.advance()) {
        count++;
        assertTrue(source.chars().length <= 1 << 12);
      }
    }
    assertEquals(199_999, count);
  }
}
