package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FailureSignatureTest {
  private static FailureSignature refused(String message) {
    return FailureSignature.of(new Refused(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "3 vectors for 4 texts               | 1 vectors for 2 texts",
        "HTTP 400: no such input \"a b\"      | HTTP 400: no such input \"c\"",
        "HTTP 400: 'it is' bad, see #17      | HTTP 400: 'so' bad, see #4",
        "HTTP 400: `x` at 12                 | HTTP 400: `yy` at 7",
        "the model's input 3 isn't fine      | the model's input 4 isn't fine",
        "HTTP 400: NO                        | HTTP 400: no",
      })
  void sameFailuresOfDifferentTextsAreAlike(String one, String other) {
    assertEquals(refused(one), refused(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "HTTP 400: no   | HTTP 422: no",
        "HTTP 400: no   | HTTP 400: never",
        "don't ask this | don't ask that",
      })
  void differentFailuresAreNot(String one, String other) {
    assertNotEquals(refused(one), refused(other));
  }

  @Test
  void theKindCounts() {
    assertNotEquals(
        FailureSignature.of(new Transient("x", Kind.BAD_REPLY, Optional.empty(), null)),
        FailureSignature.of(new Transient("x", Kind.NO_REPLY, Optional.empty(), null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "This model's maximum context length is 8192 tokens, however you requested 25701 tokens",
        "Input validation error: `inputs` must have less than 512 tokens. Given: 700",
        "the input length exceeds the context length",
        "input (844 tokens) is too large to process",
        "Input text exceeds the maximum length",
        "the text is too long",
      })
  void aRefusalOfALongTextNamesItsLength(String message) {
    assertEquals(true, refused("HTTP 400: " + message).namesLength());
    assertEquals(
        false,
        FailureSignature.of(new Transient(message, Kind.BAD_REPLY, Optional.empty(), null))
            .namesLength());
  }

  @ParameterizedTest
  @ValueSource(strings = {"No connected db.", "I do not like it", "{}", "$.input is invalid"})
  void otherRefusalsDoNot(String message) {
    assertEquals(false, refused("HTTP 400: " + message).namesLength());
  }
}
