package dev.embedctl.provider.remote.api;

import dev.embedctl.model.InputType;
import java.util.Objects;
import java.util.Optional;

/**
 * What an API that is like OpenAI's calls the members of a request in which such APIs differ.
 *
 * @param dimensions the length of vectors
 * @param base64 how vectors are asked for in base64, where they can be
 * @param inputType how it is told what texts are for, where it can be
 * @param truncation whether texts that are too long are cut, where that can be told
 */
record OpenAiWords(
    String dimensions,
    Optional<Asking> base64,
    Optional<InputTypes> inputType,
    Optional<String> truncation) {

  /** A member with one value. */
  record Asking(String member, String value) {}

  /** A member that says what texts are for. */
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
