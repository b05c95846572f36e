package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.InputRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TsvSourceTest implements RecordSourceContract {
  private static final InputOptions TSV = Reading.as(InputFormat.TSV);

  @Override
  public InputFormat format() {
    return InputFormat.TSV;
  }

  @Override
  public String header() {
    return "text\tn\n";
  }

  /** No tab can stand in a cell. */
  @Override
  public List<String> texts() {
    return List.of("one", "  two, with spaces  ", "Größe 日本語 😀", "\"three\" \"");
  }

  @Override
  public List<String> blankTexts() {
    return List.of(" ", "\u00A0", "\u2007\u202F", "\u3000 \u0085", "\u2028");
  }

  @Override
  public String line(String text) {
    return text + "\t1";
  }

  @Test
  void aQuotationMarkSwallowsNoRowAndIsPartOfTheText() {
    List<InputRecord> records =
        Reading.all(
            """
            id\ttext
            1\t"The start
            2\tmiddle
            "3\tand its end"
            4\t"Rome" revisited
            5\t5'9" tall
            6\t""
            """,
            TSV);

    assertEquals(
        List.of(
            "\"The start", "middle", "and its end\"", "\"Rome\" revisited", "5'9\" tall", "\"\""),
        Reading.told(records));
    assertEquals(Optional.of("\"\\\"3\""), records.get(2).id());
    assertEquals(7, records.get(5).line());
  }

  @Test
  void aQuotationMarkIsPartOfAColumnsName() {
    assertEquals(
        Optional.of("{\"\\\"n\\\"\":\"1\"}"),
        Reading.one("text\t\"n\"\na\t1\n", Reading.withMetadata(TSV, "all")).metadata());
  }
}
