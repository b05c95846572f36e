package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.InputRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TxtSourceTest implements RecordSourceContract {
  @Override
  public InputFormat format() {
    return InputFormat.TXT;
  }

  @Override
  public String line(String text) {
    return text;
  }

  /** A blank line is no record there. */
  @Override
  public List<String> blankTexts() {
    return List.of();
  }

  @Test
  void passesOverBlankLinesAndCountsThem() {
    List<InputRecord> records =
        Reading.all("\na\n\n \r\n\u3000\u2003\nb\n\t", Reading.as(InputFormat.TXT));

    assertEquals(List.of("a", "b"), Reading.told(records));
    assertEquals(2, records.get(0).line());
    assertEquals(1, records.get(1).index());
    assertEquals(6, records.get(1).line());
    assertEquals(Optional.empty(), records.get(0).id());
    assertEquals(Optional.empty(), records.get(0).metadata());
  }

  @Test
  void aLineIsTheFieldCalledTextOfATemplateAndOfMetadata() {
    InputOptions options =
        Reading.withMetadata(
            Reading.withTemplate(Reading.as(InputFormat.TXT), "title: {text}"), "text");

    InputRecord record = Reading.one("a \"b\"\n", options);

    assertEquals("title: a \"b\"", Reading.told(record));
    assertEquals(Optional.of("{\"text\":\"a \\\"b\\\"\"}"), record.metadata());
    assertEquals("{\"text\":\"a \\\"b\\\"\"}", record.original().toJsonObject());
  }

  @Test
  void takesACarriageReturnInsideALineForText() {
    assertEquals(
        List.of("a\rb", "c\r"),
        Reading.told(Reading.all("a\rb\r\nc\r", Reading.as(InputFormat.TXT))));
  }

  @Test
  void tellsTheOriginalWhereTheTextFieldWillBeLookedFor() {
    InputOptions options = Reading.withText(Reading.as(InputFormat.TXT), "/doc/body");

    assertEquals(
        "{\"doc\":{\"body\":\"say \\\"a\\\"\"}}",
        Reading.one("say \"a\"\n", options).original().toJsonObject());
  }
}
