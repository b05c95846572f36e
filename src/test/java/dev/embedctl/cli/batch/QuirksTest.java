package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.AccentedServer;
import dev.embedctl.testing.AccentedServer.Accent;
import dev.embedctl.testing.AccentedServer.Refusal;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs against servers that speak OpenAI's API with an accent. */
@Timeout(60)
final class QuirksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 8;

  @TempDir private Path folder;
  private AccentedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new AccentedServer(DIMENSIONS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Runs so many texts, one call at a time, with an attempt for each and no more. */
  private Ended run(int texts, String... options) throws IOException {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < texts; i++) {
      input.append("\"text ").append(i).append("\"\n");
    }
    Files.writeString(folder.resolve("in.jsonl"), input);
    List<String> all =
        new ArrayList<>(
            List.of(
                "batch",
                folder.resolve("in.jsonl").toString(),
                "-o",
                folder.resolve("out.jsonl").toString(),
                "--provider=openai",
                "--base-url=" + server.baseUrl(),
                "--model=m",
                "--concurrency=1",
                "--max-attempts=1"));
    all.addAll(Arrays.asList(options));
    return new InProcess(folder).run(all.toArray(String[]::new));
  }

  private void assertExactVectors(int texts) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
    assertEquals(texts, lines.size());
    for (int i = 0; i < texts; i++) {
      assertEquals(
          JSON.readTree(OpenAiReplies.numbers(Vectors.of("text " + i, DIMENSIONS))),
          JSON.readTree(lines.get(i)).get("embedding"));
    }
  }

  private JsonNode metrics() throws IOException {
    return JSON.readTree(Files.readString(folder.resolve("out.jsonl.metrics.json")));
  }

  private static Accent refusing(String member, int status, String message) {
    return request ->
        request.has(member) ? Optional.of(new Refusal(status, message)) : Optional.empty();
  }

  private static Accent takingAtMost(int texts, int status, String message) {
    return request ->
        request.get("input").size() > texts
            ? Optional.of(new Refusal(status, message))
            : Optional.empty();
  }

  private List<Integer> textsOfRequests() {
    return server.requests().stream().map(request -> request.get("input").size()).toList();
  }

  private static List<String> learned(Ended ended) {
    return ended.err().lines().filter(line -> line.contains("from now on in this run")).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | litellm.UnsupportedParamsError: gemini does not support parameters: {'encoding_format':"
            + " 'base64'}, for model=gemini-embedding-001.",
        "400 | litellm.UnsupportedParamsError: Setting user/encoding format is not supported by"
            + " gemini.",
        "422 | body.encoding_format: Extra inputs are not permitted",
      })
  void encodingFormatThatIsRefusedIsLeftOutForTheRestOfTheRun(int status, String message)
      throws IOException {
    server.refuse(refusing("encoding_format", status, message));

    Ended ended = run(50, "--texts-per-request=10", "-v");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(50);
    assertEquals(6, server.requests().size(), "one call more than five");
    assertTrue(server.requests().get(0).has("encoding_format"));
    assertTrue(
        server.requests().stream().skip(1).noneMatch(request -> request.has("encoding_format")));
    assertEquals(6, metrics().get("api_calls").intValue());
    assertEquals(1, learned(ended).size(), ended.err());
    assertTrue(
        learned(ended)
            .get(0)
            .contains("it does not know encoding_format, which is left out from now on"),
        ended.err());
  }

  @Test
  void whatIsRefusedStillWhenItIsLeftOutFails() throws IOException {
    server.refuse(request -> Optional.of(new Refusal(400, "encoding_format is not supported")));

    Ended ended = run(1);

    assertEquals(1, ended.code());
    assertEquals(2, server.requests().size());
  }

  @Test
  void withoutVerboseNothingIsSaidOfIt() throws IOException {
    server.refuse(refusing("encoding_format", 400, "encoding_format is not supported"));

    Ended ended = run(5);

    assertEquals(0, ended.code());
    assertEquals("", ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | Model \"bge-m3\" does not support matryoshka representation, changing output dimensions"
            + " will lead to poor results.",
        "400 | dimensions is currently not supported",
      })
  void dimensionsThatAreRefusedAreLeftOutWhereTheVectorsHaveThemAnyway(int status, String message)
      throws IOException {
    server.refuse(refusing("dimensions", status, message));

    Ended ended = run(20, "--texts-per-request=10", "--dimensions=" + DIMENSIONS, "-v");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(20);
    assertEquals(3, server.requests().size());
    assertEquals(1, learned(ended).size(), ended.err());
  }

  @Test
  void dimensionsThatAreIgnoredEndTheRunBeforeMoreIsPaid() throws IOException {
    Ended ended = run(20, "--texts-per-request=5", "--dimensions=4", "--on-error=collect");

    assertEquals(1, ended.code(), ended.err());
    assertEquals(1, server.requests().size());
    assertTrue(ended.err().contains("its vectors have 8 dimensions instead of the 4"), ended.err());
  }

  @Test
  void dimensionsThatTheModelDoesNotHaveEndTheRunAtOnce() throws IOException {
    server.refuse(
        refusing(
            "dimensions",
            400,
            "Model \"m\" only supports [512, 1024] matryoshka dimensions, use other output dimensions"
                + " will lead to poor results."));

    Ended ended = run(20, "--dimensions=4", "--on-error=collect");

    assertEquals(1, ended.code(), ended.err());
    assertEquals(1, server.requests().size());
  }

  @Test
  void callsInFlightTogetherAreEachMisunderstoodOnceAtMost() throws IOException {
    server.refuse(refusing("encoding_format", 400, "encoding_format is not supported"));

    Ended ended = run(400, "--texts-per-request=10", "--concurrency=10", "-v");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(400);
    assertTrue(server.requests().size() <= 50, () -> server.requests().size() + " requests");
    assertEquals(1, learned(ended).size(), ended.err());
  }

  @Test
  void dimensionsThatAreRefusedEndTheRunWhereTheVectorsHaveOthers() throws IOException {
    server.refuse(refusing("dimensions", 400, "dimensions is currently not supported"));

    Ended ended = run(20, "--dimensions=4", "--on-error=collect");

    assertEquals(1, ended.code());
    assertTrue(
        ended
            .err()
            .contains(
                "its vectors have 8 dimensions instead of the 4 that were requested; omit"
                    + " --dimensions"),
        ended.err());
    assertEquals(2, server.requests().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | 10 | <400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it"
            + " should not be larger than 10.: input.contents",
        "422 | 32 | batch size 64 > maximum allowed batch size 32",
        "413 | 32 | input batch size 64 > maximum allowed batch size 32"
      })
  void aLimitOfTextsThatIsNamedIsKeptForTheRestOfTheRun(int status, int most, String message)
      throws IOException {
    server.refuse(takingAtMost(most, status, message));

    Ended ended = run(640, "-v", "--texts-per-request=64");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(640);
    List<Integer> texts = textsOfRequests();
    assertEquals(1, texts.stream().filter(each -> each > most).count(), "only one was too large");
    assertTrue(texts.size() <= 640 / most + 3, "requests are filled to the limit: " + texts);
    assertEquals(
        List.of("it takes " + most + " texts in one request from now on in this run"),
        learned(ended).stream().map(line -> line.replaceAll(".*127.0.0.1: ", "")).toList());
    assertEquals(server.requests().size(), metrics().get("api_calls").intValue());
  }

  @Test
  void aLimitOfTextsThatIsNotNamedIsFoundByHalving() throws IOException {
    server.refuse(takingAtMost(10, 400, "too many inputs"));

    Ended ended = run(640, "-v", "--texts-per-request=64");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(640);
    assertEquals(
        List.of(64, 32, 16), textsOfRequests().stream().filter(each -> each > 10).toList());
    assertEquals(8, textsOfRequests().get(100 / 8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | too many inputs",
        "400 | too many tokens overall",
        "413 | 413 Request Entity Too Large"
      })
  void aRefusedRequestOfOneTextShowsNoLimitOfRequests(int status, String message)
      throws IOException {
    server.refuse(
        request ->
            request.get("input").toString().contains("\"text 3\"")
                ? Optional.of(new Refusal(status, message))
                : Optional.empty());

    Ended ended = run(8, "-v", "--texts-per-request=1", "--on-error=collect");

    assertEquals(4, ended.code(), ended.err());
    assertEquals(List.of(), learned(ended));
    assertEquals(7, Files.readAllLines(folder.resolve("out.jsonl")).size());
  }

  @Test
  void aBodyThatIsTooLargeIsHalvedAndTheSizeIsRemembered() throws IOException {
    server.refuse(
        request ->
            request.toString().length() > 1700
                ? Optional.of(new Refusal(413, "413 Request Entity Too Large"))
                : Optional.empty());

    Ended ended = run(400, "-v", "--texts-per-request=200");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(400);
    assertEquals(1, server.requests().stream().filter(r -> r.toString().length() > 1700).count());
    assertEquals(1, learned(ended).size(), ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input (844 tokens) is too large to process. increase the physical batch size (current batch"
            + " size: 512)",
        "the input length exceeds the context length"
      })
  void aTextTooLongThatIsCalledAServerErrorFailsAlone(String message) throws IOException {
    server.refuse(
        request ->
            request.get("input").toString().contains("\"text 7\"")
                ? Optional.of(new Refusal(500, message))
                : Optional.empty());

    Ended ended = run(16, "--on-error=collect");

    assertEquals(4, ended.code(), ended.err());
    assertEquals(15, Files.readAllLines(folder.resolve("out.jsonl")).size());
    JsonNode failed = JSON.readTree(Files.readString(folder.resolve("out.jsonl.errors.jsonl")));
    assertEquals("text 7", failed.get("text").textValue());
    assertEquals("refused", failed.at("/error/code").textValue());
  }

  @Test
  void base64ThatIsIgnoredIsNoTroubleAndIsSaidOnce() throws IOException {
    server.write(Form.NUMBERS);

    Ended ended = run(50, "--texts-per-request=10", "-v");

    assertEquals(0, ended.code(), ended.err());
    assertExactVectors(50);
    assertEquals(5, server.requests().size());
    assertTrue(
        learned(ended).get(0).contains("it ignores encoding_format, which is left out"),
        ended.err());
    assertEquals(1, learned(ended).size(), ended.err());
    assertFalse(server.requests().get(4).has("encoding_format"));
  }

  @Test
  void theKeyIsInNothingThatIsSaidOfAServer() throws IOException {
    server.refuse(
        refusing("encoding_format", 400, "encoding_format is not supported (key sk-secret)"));
    Files.writeString(folder.resolve("in.jsonl"), "\"a\"\n");

    Ended ended =
        new InProcess(folder)
            .with("OPENAI_API_KEY", "sk-secret")
            .run(
                Stream.of(
                        "batch",
                        folder.resolve("in.jsonl").toString(),
                        "--provider=openai",
                        "--base-url=" + server.baseUrl(),
                        "--model=m",
                        "-v")
                    .toArray(String[]::new));

    assertEquals(0, ended.code(), ended.err());
    assertFalse(ended.err().contains("sk-secret"), ended.err());
    assertEquals(1, learned(ended).size());
  }
}
