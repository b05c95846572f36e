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

  @Test
  void takesABlankLineForARecordWithoutText() {
    List<InputRecord> records = Reading.all("a\n\n \r\nb\n", Reading.as(InputFormat.TXT));

    assertEquals(
        List.of("a", "BLANK_TEXT: the text is blank", "BLANK_TEXT: the text is blank", "b"),
        Reading.told(records));
    assertEquals(4, records.get(3).line());
    assertEquals(Optional.empty(), records.get(0).id());
    assertEquals(Optional.empty(), records.get(0).metadata());
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
