package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers and parameters as typed, as sent, and as errors. */
final class RequestExtrasTest {
  private static final Map<String, String> ENV = Map.of("TOKEN", "t0ken-of-mine", "TEAM", " a b\n");

  private static RequestExtras headers(String... typed) {
    return RequestExtras.of(List.of(typed), List.of(), ENV);
  }

  private static RequestExtras query(String... typed) {
    return RequestExtras.of(List.of(), List.of(typed), ENV);
  }

  private static String refused(String... typed) {
    return assertThrows(Usage.class, () -> headers(typed)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Team: search            | search",
        "X-Team:search             | search",
        "X-Team: $TOKEN            | t0ken-of-mine",
        "Authorization: Bearer $TOKEN | Bearer t0ken-of-mine",
        "X-Team: ${TOKEN}s         | t0ken-of-mines",
        "X-Team: $TEAM/$TEAM       | a b/a b",
        "X-Team: costs 5$ or $$5   | costs 5$ or $5",
        "X-Team: $5                | $5",
        "X-Team: a:b=c             | a:b=c",
      })
  void aHeadersVariablesAreFilledIn(String typed, String value) {
    assertEquals(List.of(value), List.copyOf(headers(typed).beside(Map.of()).values()));
  }

  @Test
  void aHeaderReplacesTheProvidersOwnOfTheSameNameInAnyCase() {
    assertEquals(
        Map.of("AUTHORIZATION", "Basic t0ken-of-mine", "api-key", "k"),
        headers("AUTHORIZATION: Basic $TOKEN")
            .beside(Map.of("Authorization", "Bearer k", "api-key", "k")));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization: $TOKEN, Authorization",
    "API-KEY: $TOKEN, API-KEY",
    "x-goog-api-key: $TOKEN, x-goog-api-key",
    "X-Team: $TOKEN,",
  })
  void theHeadersThatAuthoriseCallsAreKnown(String typed, String name) {
    assertEquals(Optional.ofNullable(name), headers(typed).authorization());
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/v1,           tier=batch,          https://h/v1?tier=batch",
    "https://h/v1?a=1,       tier=batch,          https://h/v1?a=1&tier=batch",
    "https://h/v1?a=1&b=%20, a=2,                 https://h/v1?b=%20&a=2",
    "https://h/v1,           ab=c&d=ä/+,         https://h/v1?ab=c%26d%3D%C3%A4%2F%2B",
    "https://h/v1,           key=$TOKEN,          https://h/v1?key=t0ken-of-mine",
    "https://h/v1,           flag=,               https://h/v1?flag=",
  })
  void parametersAreAddedToTheAddressInPlaceOfItsOwn(String address, String typed, String whole) {
    assertEquals(URI.create(whole), query(typed).at(URI.create(address)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host: a            | follows from the address",
        "content-TYPE: a    | describes the body",
        "Transfer-Encoding: | describes the body",
        "Accept-Encoding: a | describes the replies",
        "Connection: close  | belongs to the connection",
        "Proxy-Authorization: Basic $TOKEN | belong into HTTPS_PROXY",
      })
  void aHeaderThatEmbedctlSetsItselfIsRefusedWithTheReason(String typed, String reason) {
    String name = typed.substring(0, typed.indexOf(':'));

    String message = refused(typed);
    assertTrue(message.startsWith("`header` " + name + ": cannot be set: "), message);
    assertTrue(message.contains(reason), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3cret", ":s3cret", "X Team: s3cret", "s3cret s3cret: x", "X\u00e4: s3cret"})
  void whatIsNoHeaderIsRefusedAndNotRepeated(String typed) {
    assertFalse(refused(typed).contains("s3cret"), refused(typed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer s3cret",
        "api-key: s3cret",
        "X-Auth-Token: s3cret",
        "cookie: s3cret",
        "cf-aig-authorization: s3cret",
      })
  void aSecretThatIsTypedIsRefusedAndNotRepeated(String typed) {
    assertTrue(refused(typed).contains("from the environment only"), refused(typed));
    assertFalse(refused(typed).contains("s3cret"), refused(typed));
    String parameter = typed.substring(typed.indexOf(' ') + 1);
    assertThrows(Usage.class, () -> query("api_key=" + parameter));
  }

  @Test
  void aVariableThatIsNotSetIsNamedWithItsHeader() {
    assertEquals(
        "`header` Authorization: the variable NOWHERE is empty or not set; set it in the"
            + " environment",
        refused("Authorization: Bearer $NOWHERE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "\u00e4", "a\u0000"})
  void aValueThatNoHeaderCanCarryIsRefusedAndNotRepeated(String value) {
    String message =
        assertThrows(
                Usage.class,
                () -> RequestExtras.of(List.of("X-Team: $V"), List.of(), Map.of("V", value)))
            .getMessage();

    assertTrue(message.startsWith("`header` X-Team: the value"), message);
    assertFalse(message.contains(value), message);
  }

  @Test
  void aHeaderThatIsGivenTwiceIsRefused() {
    assertEquals("`header` x-team: is given twice; omit one", refused("X-Team: a", "x-team: b"));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization: $TOKEN,          true",
    "Authorization: Bearer ${TOKEN}, true",
    "key=$TOKEN,                     true",
    "Authorization: s3cret $TOKEN,   false",
    "X-Team: search,                 false",
    "tier=batch,                     false",
    "$TOKEN,                         false",
  })
  void onlyAValueThatNamesAVariableIsShown(String typed, boolean shown) {
    assertEquals(shown, RequestExtras.isShown(typed));
  }

  @Test
  void noValueIsInTheTextOfAFilledInOne() {
    assertEquals("FilledIn[TOKEN]", FilledIn.of("x", "abcdefgh $TOKEN", ENV).toString());
  }
}
