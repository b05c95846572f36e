package dev.embedctl.provider.remote.api;

import dev.embedctl.model.InputType;
import java.util.Objects;
import java.util.Optional;

/**
 * The names of fields that differ between APIs like OpenAI's.
 *
 * @param dimensions the field for the length of vectors
 * @param base64 the field and value that request base64, if supported
 * @param inputType the field for the purpose of texts, if supported
 * @param truncation the field that allows cutting long texts, if supported
 */
record OpenAiWords(
    String dimensions,
    Optional<Asking> base64,
    Optional<InputTypes> inputType,
    Optional<String> truncation) {

  /** A field with one value. */
  record Asking(String member, String value) {}

  /** The field for the purpose of texts. */
  record InputTypes(String member, String query, String document) {
    String of(InputType type) {
      return switch (type) {
        case QUERY -> query;
        case DOCUMENT -> document;
      };
    }
  }

  OpenAiWords {
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(base64);
    Objects.requireNonNull(inputType);
    Objects.requireNonNull(truncation);
  }
}
