package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.embedctl.provider.remote.api.AzureOpenAi;
import dev.embedctl.provider.remote.api.Cohere;
import dev.embedctl.provider.remote.api.Gemini;
import dev.embedctl.provider.remote.api.Jina;
import dev.embedctl.provider.remote.api.Mistral;
import dev.embedctl.provider.remote.api.Ollama;
import dev.embedctl.provider.remote.api.OpenAi;
import dev.embedctl.provider.remote.api.Tei;
import dev.embedctl.provider.remote.api.Vertex;
import dev.embedctl.provider.remote.api.Voyage;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HeaderTime;
import dev.embedctl.provider.remote.errors.RateLimitHeaders;
import dev.embedctl.provider.remote.errors.RetryAfter;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server says, understanding it takes no longer than its length is worth. */
final class ForeignPatternsTest {
  private static final int LONG = 50_000;
  private static final URI ADDRESS = URI.create("http://127.0.0.1/v1/embeddings");

  /** Generous: it is there to notice what takes minutes. */
  private static final Duration MOST = Duration.ofSeconds(10);

  /** Parts of what is looked for, and what can be repeated within it. */
  private static final List<String> PARTS =
      List.of(
          "1",
          "1.",
          "1s",
          "1.1",
          "retry after ",
          "try again in 1",
          "model ",
          "model '",
          "not ",
          "argument '",
          "input",
          "'",
          "\"",
          "(",
          " ",
          "\n",
          "limit: 0",
          "/ month",
          "dimension",
          "found in the Sentence Transformers ",
          "maximum context length is 1",
          "tokens",
          "batch",
          "is too ",
          "µ",
          "ms",
          "x",
          "requested 1",
          "1,",
          "[",
          ":",
          ";r=1;t=",
          "a=,");

  private static List<String> texts() {
    List<String> texts = new ArrayList<>();
    Random random = new Random(1);
    for (String part : PARTS) {
      texts.add(part.repeat(LONG / part.length()));
    }
    for (int i = 0; i < 60; i++) {
      String two =
          PARTS.get(random.nextInt(PARTS.size())) + PARTS.get(random.nextInt(PARTS.size()));
      String head = PARTS.get(random.nextInt(PARTS.size()));
      texts.add(head + two.repeat(LONG / two.length()) + PARTS.get(random.nextInt(PARTS.size())));
    }
    return texts;
  }

  @ParameterizedTest
  @MethodSource("texts")
  void headersCostNoMoreThanTheirLength(String text) {
    assertTimeoutPreemptively(
        MOST,
        () -> {
          assertEquals(Optional.empty(), HeaderTime.duration(text));
          for (String name :
              List.of(
                  "retry-after",
                  "retry-after-ms",
                  "ratelimit",
                  "ratelimit-policy",
                  "x-ratelimit-reset",
                  "x-ratelimit-reset-requests",
                  "x-ratelimit-remaining-requests",
                  "x-ratelimit-limit-tokens")) {
            HttpHeaders headers = HttpHeaders.of(Map.of(name, List.of(text)), (n, v) -> true);
            RateLimitHeaders limits = RateLimitHeaders.of(headers);
            limits.quota(Clock.systemUTC());
            limits.untilReset(Clock.systemUTC());
            limits.limit("tokens");
            RetryAfter.in(headers, Clock.systemUTC());
          }
        });
  }

  @ParameterizedTest
  @MethodSource("texts")
  void messagesCostNoMoreThanTheirLength(String text) {
    HttpHeaders headers =
        HttpHeaders.of(
            Map.of("retry-after", List.of(text), "x-ratelimit-reset", List.of(text)),
            (n, v) -> true);
    String json = text.replace("\\", "").replace("\"", "\\\"").replace("\n", "\\n");
    byte[] error =
        ("{\"error\":{\"message\":\"" + json + "\",\"code\":\"" + json + "\"}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    Clock clock = Clock.systemUTC();
    List<WireFormat> formats =
        List.of(
            OpenAi.format(clock),
            AzureOpenAi.format(Optional.empty(), clock),
            Voyage.format(clock),
            Mistral.format(clock),
            Jina.format(clock),
            Gemini.format(clock),
            Vertex.format(clock),
            Cohere.format(clock),
            Ollama.format(clock),
            Tei.format(clock));
    assertTimeoutPreemptively(
        MOST,
        () -> {
          for (byte[] body : List.of(error, plain)) {
            for (int status : List.of(400, 404, 429, 500, 503)) {
              FailedReply reply =
                  new FailedReply(
                      status, headers, ErrorBody.of(body).without(List.of("a text")), ADDRESS);
              Quirks.in(reply);
              formats.forEach(format -> format.failure(reply));
            }
          }
        });
  }
}
