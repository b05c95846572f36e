package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final String RECORD =
      "{\"title\":\" T \",\"n\":1.50,\"b\":true,\"null\":null,\"o\":{\"p\":\"deep\",\"l\":[\"x\"]},"
          + "\"empty\":\"\",\"body\":\"{n}\"}";

  @Test
  void aFieldThatTheFirstRecordsLackEndsTheInput() {
    InputOptions options = Reading.withTemplate(Reading.as(InputFormat.JSONL), "{n} {titel}");

    InvalidInput e = assertThrows(InvalidInput.class, () -> Reading.one(RECORD, options));

    assertEquals(
        "standard input: no field 'titel' in the first record among: title, n, b, null, o, empty,"
            + " body; did you mean 'title'? (`template` names another)",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{title}§` T `",
        "{title}\\n\\n{body}§` T \\n\\n{n}`",
        "{n}/{b}§1.50/true",
        "{{{n}}}§{1.50}",
        "{{n}} {n}§{n} 1.50",
        "{/o/p}{/o/l/0}§deepx",
        "{n}{n}§1.501.50",
        "a{empty}b§ab",
        "{empty}§BLANK_TEXT: the text is blank",
        "{null}§NOT_A_STRING: field 'null' is null, not a string",
        "{o}§NOT_A_STRING: field 'o' is an object, not a string",
        "{/o/l}§NOT_A_STRING: field '/o/l' is an array, not a string",
      })
  void fillsInFields(String template, String told) {
    InputOptions options = Reading.withTemplate(Reading.as(InputFormat.JSONL), template);

    assertEquals(told, Reading.told(Reading.one(RECORD, options)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{a",
        "a}",
        "}",
        "{}",
        "{a}{",
        "{a{b}",
        "{{a}",
        "no field",
        "",
        "{{a}}",
        "{/a~2}"
      })
  void refusesWhatIsNoTemplate(String template) {
    assertThrows(EmbedctlException.Usage.class, () -> Template.parse(template));
  }

  @Test
  void namesWhatIsWrong() {
    EmbedctlException.Usage e =
        assertThrows(EmbedctlException.Usage.class, () -> Template.parse("ab{title"));

    assertTrue(e.getMessage().contains("a brace at character 3 has no partner"), e.getMessage());
  }

  @Test
  void namesItsFieldsOnce() {
    assertEquals(
        List.of(new FieldSelector("a"), new FieldSelector("/b/c")),
        Template.parse("{a}{/b/c}{a}").fields());
  }
}
