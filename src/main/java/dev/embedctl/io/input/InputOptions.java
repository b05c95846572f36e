package dev.embedctl.io.input;

import dev.embedctl.model.Parameter;
import dev.embedctl.model.Text;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How to read an input, and the meaning of its fields.
 *
 * @param format the format; without one, the file's name decides
 * @param text the field that holds the text, unless there is a template
 * @param template builds the text from several fields
 * @param form the details in which it differs from the usual form of its format
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

  /** Text in {@code text}, an id in {@code id} if that is present, no metadata. */
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

  /** Whether the field of the text is not the default one. */
  boolean namesText() {
    return template.isPresent() || !text.given().equals(DEFAULT_TEXT.given());
  }

  /** The option that selects the fields of the text. */
  String textOption() {
    return template.isPresent() ? Parameter.TEMPLATE.toString() : Parameter.TEXT_FIELD.toString();
  }

  /** The fields that the text is made of. */
  List<FieldSelector> textFields() {
    return template.map(Template::fields).orElseGet(() -> List.of(text));
  }
}
