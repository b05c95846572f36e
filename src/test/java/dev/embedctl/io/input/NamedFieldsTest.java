package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A field that was asked for by name and that no record has. */
final class NamedFieldsTest {
  private static final String RECORD =
      "{\"uid\":7,\"text\":\"t\",\"doc\":{\"title\":\"x\",\"a/b\":1},\"list\":[1]}\n";

  private static InputOptions asked(String option, String field) {
    InputOptions options = Reading.as(InputFormat.JSONL);
    return switch (option) {
      case "`id-field`" -> Reading.withId(options, IdField.required(field));
      case "`text-field`" -> Reading.withText(options, field);
      case "`template`" -> Reading.withTemplate(options, "{" + field + "}");
      default -> Reading.withMetadata(options, field);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        "`id-field`§uuid§uid, text, doc, list; did you mean 'uid'?",
        "`metadata`§uid,titel§uid, text, doc, list",
        "`text-field`§texts§uid, text, doc, list; did you mean 'text'?",
        "`template`§docs§uid, text, doc, list; did you mean 'doc'?",
        "`text-field`§/doc/titel§/doc/title, /doc/a~1b; did you mean '/doc/title'?",
        "`id-field`§/docs/title§/uid, /text, /doc, /list",
        "`metadata`§/list/1§",
        "`metadata`§/uid/x§",
      })
  void endsTheReadingBeforeTheFirstRecordIsGiven(String option, String fields, String names) {
    String field = fields.substring(fields.indexOf(',') + 1);

    assertEquals(
        "standard input: no field '"
            + field
            + "' in any of the first 3 records"
            + (names == null ? "" : " among: " + names)
            + " ("
            + option
            + " names another)",
        assertThrows(InvalidInput.class, () -> Reading.all(RECORD.repeat(3), asked(option, fields)))
            .getMessage());
  }

  @Test
  void oneOfTheFirstRecordsIsEnough() {
    String last = "{\"text\":\"t\",\"rare\":null}\n";
    InputOptions options = asked("`metadata`", "rare");

    List<InputRecord> records =
        Reading.all(RECORD.repeat(FirstRecords.MOST - 1) + last + RECORD, options);

    assertEquals(FirstRecords.MOST + 1, records.size());
    assertEquals(Optional.of("{\"rare\":null}"), records.get(FirstRecords.MOST - 1).metadata());
    for (int i = 0; i < records.size(); i++) {
      assertEquals(i, records.get(i).index());
      assertEquals(i + 1, records.get(i).line());
    }
    String message =
        assertThrows(
                InvalidInput.class,
                () -> Reading.all(RECORD.repeat(FirstRecords.MOST) + last, options))
            .getMessage();
    assertEquals(
        "standard input: no field 'rare' in any of the first 250 records among: uid, text, doc,"
            + " list (`metadata` names another)",
        message);
  }

  @Test
  void bareStringsAndLinesOfTextHaveOneField() {
    String said = "standard input: no field 'uid' in the first record among: text (";
    UnaryOperator<InputOptions> txt = o -> Reading.with(o, InputFormat.TXT);

    for (String option : List.of("`id-field`", "`metadata`", "`template`")) {
      InputOptions options = asked(option, "uid");
      String message = said + option + " names another)";
      assertEquals(
          message,
          assertThrows(InvalidInput.class, () -> Reading.all("\"a\"", options)).getMessage());
      assertEquals(
          message,
          assertThrows(InvalidInput.class, () -> Reading.all("a", txt.apply(options)))
              .getMessage());
    }
    assertEquals("a", Reading.told(Reading.one("a", txt.apply(asked("`text-field`", "uid")))));
  }

  @Test
  void whatNobodyNamedMayBeMissingAndSoMayAllWhereNoRecordCanBeRead() {
    assertEquals(
        "MISSING_TEXT: no field 'text' among: n",
        Reading.told(Reading.one("{\"n\":1}", Reading.as(InputFormat.JSONL))));
    assertEquals(
        List.of("INVALID_RECORD: an array, not an object or a string"),
        Reading.told(Reading.all("\"a\"\n[]", Reading.as(InputFormat.JSONL))).subList(1, 2));
    assertEquals(1, Reading.all("{\"text\"", asked("`id-field`", "uid")).size());
    assertEquals(List.of(), Reading.all("", asked("`id-field`", "uid")));
  }
}
