package dev.embedctl.io.input;

import dev.embedctl.model.Parameter;
import dev.embedctl.model.Text;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How to read an input, and which of its fields are what.
 *
 * @param format the format; where it is not said, the file's name tells it
 * @param text the field that holds the text, unless there is a template
 * @param template builds the text from several fields
 * @param form how it is written, where that differs from the format
 * @param range which of its records are read
 */
public record InputOptions(
    Optional<InputFormat> format,
    FieldSelector text,
    IdField id,
    MetadataFields metadata,
    Optional<Template> template,
    TextForm form,
    RecordRange range) {

  private static final FieldSelector DEFAULT_TEXT = new FieldSelector("text");

  public InputOptions {
    Objects.requireNonNull(format);
    Objects.requireNonNull(text);
    Objects.requireNonNull(id);
    Objects.requireNonNull(metadata);
    Objects.requireNonNull(template);
    Objects.requireNonNull(form);
    Objects.requireNonNull(range);
  }

  /** Text in {@code text}, an id in {@code id} where there is one, no metadata. */
  public static InputOptions defaults() {
    return new InputOptions(
        Optional.empty(),
        DEFAULT_TEXT,
        IdField.ifPresent("id"),
        new MetadataFields.None(),
        Optional.empty(),
        TextForm.USUAL,
        RecordRange.ALL);
  }

  /** A record's text: the text field, or the template filled in. */
  Text textOf(Fields fields) {
    if (template.isPresent()) {
      return template.get().fill(fields);
    }
    Fields.Value value = fields.value(text);
    return switch (value.kind()) {
      case STRING -> TextRules.check(value.content());
      case MISSING -> TextRules.missing(text, fields);
      case NUMBER, BOOLEAN, NULL, OBJECT, ARRAY -> TextRules.notAString(text, value.kind());
    };
  }

  /** Whether the text's field is another than the one that is looked for without a word. */
  boolean namesText() {
    return template.isPresent() || !text.equals(DEFAULT_TEXT);
  }

  /** The option that says which fields the text is made of. */
  String textOption() {
    return template.isPresent() ? Parameter.TEMPLATE.toString() : Parameter.TEXT_FIELD.toString();
  }

  /** The fields that the text is made of. */
  List<FieldSelector> textFields() {
    return template.map(Template::fields).orElseGet(() -> List.of(text));
  }
}
