package dev.embedctl.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the statuses and error bodies of OpenAI's API, and of servers that speak it, mean. */
final class OpenAiErrors {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST_MESSAGE = 300;

  /** Codes of a 429 that no wait heals: there is no money left. */
  private static final Set<String> NO_MONEY =
      Set.of("insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached");

  /** Parameters of a 400 that every request of the run has in common. */
  private static final Set<String> OF_THE_RUN =
      Set.of("model", "dimensions", "encoding_format", "user");

  /** What llama.cpp says, with a 503 and no Retry-After, until it can serve. */
  private static final String LOADING = "Loading model";

  private static final Duration WHILE_LOADING = Duration.ofSeconds(1);

  private final Clock clock;

  OpenAiErrors(Clock clock) {
    this.clock = clock;
  }

  ProviderException failure(int status, HttpHeaders headers, byte[] body) {
    Map<String, String> error = fieldsOf(body);
    String message = "HTTP " + status + said(error, body);
    return switch (status) {
      case 401, 403 -> new Hopeless("the key was refused: " + message);
      case 402 -> new Hopeless("the account cannot pay: " + message);
      case 404 -> new Hopeless("no such model or address: " + message);
      case 400, 413, 422 ->
          OF_THE_RUN.contains(error.getOrDefault("param", ""))
              ? new Hopeless("the request was refused: " + message)
              : new Refused(message);
      case 429 ->
          NO_MONEY.contains(error.getOrDefault("code", ""))
                  || NO_MONEY.contains(error.getOrDefault("type", ""))
              ? new Hopeless("the account's quota is exhausted: " + message)
              : transientFailure(message, Kind.RATE_LIMITED, headers);
      case 408, 409, 424, 425 -> transientFailure(message, Kind.SERVER_ERROR, headers);
      case 503, 529 ->
          message.contains(LOADING)
              ? new Transient(message, Kind.OVERLOADED, Optional.of(WHILE_LOADING), null)
              : transientFailure(message, Kind.OVERLOADED, headers);
      default -> other(status, message, headers);
    };
  }

  private ProviderException other(int status, String message, HttpHeaders headers) {
    if (status >= 500) {
      // llama.cpp and servers around it call a text that is too long for them a 500.
      return message.contains("too large to process")
          ? new Refused(message)
          : transientFailure(message, Kind.SERVER_ERROR, headers);
    }
    if (status >= 300 && status < 400) {
      return new Hopeless(
          message
              + ": the address redirects to "
              + headers.firstValue("location").orElse("somewhere else")
              + "; give that as --base-url if it is right");
    }
    return new Hopeless(message);
  }

  private Transient transientFailure(String message, Kind kind, HttpHeaders headers) {
    return new Transient(message, kind, RetryAfter.in(headers, clock), null);
  }

  private static String said(Map<String, String> error, byte[] body) {
    String said =
        error.containsKey("message")
            ? error.get("message")
            : new String(body, 0, Math.min(body.length, 2000), StandardCharsets.UTF_8);
    String line = said.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.isEmpty()) {
      return "";
    }
    return ": "
        + (line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line);
  }

  /**
   * The strings and numbers of the body's {@code error} object, or of the body itself where the
   * server puts them there; empty where it is no JSON object. A body that breaks off still gives
   * what came before.
   */
  private static Map<String, String> fieldsOf(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        collect(json, fields);
      }
    } catch (IOException e) {
      fields.putIfAbsent("unreadable", e.getClass().getSimpleName());
    }
    return fields;
  }

  private static void collect(JsonParser json, Map<String, String> fields) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && field.equals("error")) {
        collect(json, fields);
      } else if (value == JsonToken.VALUE_STRING && field.equals("error")) {
        fields.putIfAbsent("message", json.getText());
      } else if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
        fields.putIfAbsent(field, json.getText());
      } else {
        json.skipChildren();
      }
    }
  }
}
