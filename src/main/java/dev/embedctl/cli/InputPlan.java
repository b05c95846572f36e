package dev.embedctl.cli;

import dev.embedctl.io.input.FieldSelector;
import dev.embedctl.io.input.IdField;
import dev.embedctl.io.input.InputFormat;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.MetadataFields;
import dev.embedctl.io.input.Template;
import dev.embedctl.model.EmbedctlException.Usage;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a command line says about reading its input. */
final class InputPlan {
  private InputPlan() {}

  /** How to read the input, and which of its fields are what. */
  static InputOptions of(BatchCommand typed) {
    return new InputOptions(
        Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
        new FieldSelector(typed.textField),
        id(typed.idField),
        typed.metadata == null ? new MetadataFields.None() : MetadataFields.parse(typed.metadata),
        template(typed.template));
  }

  /** The same of an input that is only read again. */
  static InputOptions of(VerifyCommand typed) {
    return new InputOptions(
        Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
        new FieldSelector(typed.textField),
        id(typed.idField),
        new MetadataFields.None(),
        template(typed.template));
  }

  private static IdField id(String typed) {
    return typed == null ? IdField.ifPresent("id") : IdField.required(typed);
  }

  private static Optional<Template> template(String typed) {
    return Optional.ofNullable(typed).map(InputPlan::lines).map(Template::parse);
  }

  /** A shell's quotes hold no line breaks easily, so they may be typed as {@code \\n}. */
  private static String lines(String template) {
    return template.replace("\\n", "\n").replace("\\t", "\t");
  }

  private static InputFormat format(String word) {
    return Arrays.stream(InputFormat.values())
        .filter(format -> format.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new Usage(
                    "--input-format "
                        + word
                        + ": give "
                        + Arrays.stream(InputFormat.values())
                            .map(InputFormat::word)
                            .collect(Collectors.joining(", "))));
  }
}
