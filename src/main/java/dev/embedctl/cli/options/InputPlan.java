package dev.embedctl.cli.options;

import dev.embedctl.io.input.FieldSelector;
import dev.embedctl.io.input.IdField;
import dev.embedctl.io.input.InputFormat;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.MetadataFields;
import dev.embedctl.io.input.Template;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Converts options about the input. */
public final class InputPlan {
  private InputPlan() {}

  /** How to read the input, and the meaning of its fields. */
  public static InputOptions of(
      Optional<String> format,
      String textField,
      Optional<String> idField,
      Optional<String> metadata,
      Optional<String> template,
      ReadingOptions reading) {
    return new InputOptions(
        format.map(InputPlan::format),
        new FieldSelector(textField),
        idField.map(IdField::required).orElseGet(() -> IdField.ifPresent("id")),
        metadata.map(MetadataFields::parse).orElseGet(MetadataFields.None::new),
        template.map(InputPlan::lines).map(Template::parse),
        reading.form(),
        reading.range());
  }

  /** Line breaks are hard to type in a shell's quotes, so {@code \\n} is one. */
  private static String lines(String template) {
    return template.replace("\\n", "\n").replace("\\t", "\t");
  }

  /** The format of this name. */
  public static InputFormat format(String word) {
    return Arrays.stream(InputFormat.values())
        .filter(format -> format.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new Usage(
                    "--input-format "
                        + word
                        + ": "
                        + NameHint.oneOf(
                            word,
                            Arrays.stream(InputFormat.values()).map(InputFormat::word).toList())));
  }
}
