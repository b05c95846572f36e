package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.ReplyServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs against servers whose replies are odd, wrong or foreign. */
@Timeout(60)
final class RepliesRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 64;
  private static final List<String> TEXTS =
      List.of("alpha", "beta", "gamma", "delta", "epsilon", "zeta");

  @TempDir private Path folder;
  private ReplyServer server;

  @BeforeEach
  void open() throws IOException {
    server = new ReplyServer((request, call) -> bytes(reply(request)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Vector vector(String text) {
    return Vectors.of(text, DIMENSIONS).ofUnitLength();
  }

  private static byte[] bytes(JsonNode node) throws IOException {
    return JSON.writeValueAsBytes(node);
  }

  /** A good reply in numbers. */
  private static ObjectNode reply(JsonNode request) {
    return reply(request, text -> numbers(vector(text)));
  }

  private static JsonNode numbers(Vector vector) {
    ArrayNode numbers = JSON.createArrayNode();
    for (int i = 0; i < vector.dimensions(); i++) {
      numbers.add(vector.at(i));
    }
    return numbers;
  }

  /** The vector of a text, as it stands in a reply. */
  @FunctionalInterface
  private interface Written {
    JsonNode of(String text);
  }

  private static ObjectNode reply(JsonNode request, Written written) {
    ObjectNode reply = JSON.createObjectNode();
    ArrayNode data = reply.putArray("data");
    for (String text : ReplyServer.input(request)) {
      data.addObject().put("index", data.size() - 1).set("embedding", written.of(text));
    }
    reply.put("model", request.get("model").textValue());
    int tokens = 3 * data.size();
    reply.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return reply;
  }

  private Ended run(String... more) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String text : TEXTS) {
      lines.append(JSON.writeValueAsString(text)).append('\n');
    }
    Path in = Files.writeString(folder.resolve("in.jsonl"), lines);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "batch",
                in.toString(),
                "-o",
                folder.resolve("out.jsonl").toString(),
                "--provider=openai",
                "--base-url=" + server.address() + "/v1",
                "--backoff=1ms"));
    arguments.addAll(List.of(more));
    if (arguments.stream().noneMatch(argument -> argument.startsWith("--model"))) {
      arguments.add("--model=some-model");
    }
    return new InProcess(folder).run(arguments.toArray(String[]::new));
  }

  private void assertRight(Ended ended) throws IOException {
    assertEquals(0, ended.code(), ended.err());
    List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
    assertEquals(TEXTS.size(), lines.size());
    for (int i = 0; i < lines.size(); i++) {
      JsonNode embedding = JSON.readTree(lines.get(i)).get("embedding");
      assertEquals(DIMENSIONS, embedding.size());
      for (int d = 0; d < DIMENSIONS; d++) {
        assertEquals(vector(TEXTS.get(i)).at(d), embedding.get(d).floatValue(), 1e-6);
      }
    }
  }

  private JsonNode metrics() throws IOException {
    return JSON.readTree(folder.resolve("out.jsonl.metrics.json").toFile());
  }

  private int textsAsked() {
    return server.requests().stream().mapToInt(each -> ReplyServer.input(each).size()).sum();
  }

  private void noOutput() {
    assertFalse(Files.exists(folder.resolve("out.jsonl")));
  }

  /** How a server may write an index that says nothing. */
  enum Index {
    MISSING,
    MISSING_WHERE_ZERO,
    NULL,
    ALL_ZERO,
    ALL_ONE
  }

  private static ObjectNode with(Index form, ObjectNode reply) {
    for (JsonNode each : reply.get("data")) {
      ObjectNode item = (ObjectNode) each;
      switch (form) {
        case MISSING -> item.remove("index");
        case MISSING_WHERE_ZERO -> {
          if (item.get("index").intValue() == 0) {
            item.remove("index");
          }
        }
        case NULL -> item.putNull("index");
        case ALL_ZERO -> item.put("index", 0);
        case ALL_ONE -> item.put("index", 1);
      }
    }
    return reply;
  }

  @ParameterizedTest
  @EnumSource(Index.class)
  void anIndexThatSaysNothingIsTheTextsOrderOnceThatWasFoundTrue(Index form) throws IOException {
    server.answerWith(
        (request, call) ->
            bytes(
                ReplyServer.input(request).size() == 1
                    ? reply(request)
                    : with(form, reply(request))));

    Ended ended = run("-v", "--texts-per-request=3", "--concurrency=1");

    assertRight(ended);
    assertEquals(TEXTS.size() + 1, textsAsked(), "one text was asked for again, once");
    assertEquals(
        1, ended.err().lines().filter(line -> line.contains("order of the texts")).count());
    assertEquals(3 * (TEXTS.size() + 1), metrics().get("tokens").intValue());
    assertEquals(3, metrics().get("api_calls").intValue());
  }

  @ParameterizedTest
  @EnumSource(
      value = Index.class,
      names = {"MISSING", "NULL", "ALL_ZERO"})
  void anOrderThatIsNotTheTextsEndsTheRun(Index form) throws IOException {
    server.answerWith(
        (request, call) -> {
          ObjectNode reply = reply(request);
          ArrayNode data = (ArrayNode) reply.get("data");
          for (int i = 0; i < data.size(); i++) {
            data.insert(i, data.remove(data.size() - 1));
          }
          return bytes(with(form, reply));
        });

    Ended ended = run();

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("the order of vectors is unknown"), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
    noOutput();
    assertEquals(TEXTS.size() + 1, textsAsked(), () -> server.requests() + ended.err());
    assertEquals(3 * (TEXTS.size() + 1), metrics().get("tokens").intValue());
    server.answerWith((request, call) -> bytes(reply(request)));
    assertRight(run());
    assertEquals(TEXTS.size(), textsAsked(), "nothing of it was cached");
  }

  @Test
  void anIndexInQuotesIsAnIndex() throws IOException {
    server.answerWith(
        (request, call) -> {
          ObjectNode reply = reply(request);
          reply
              .get("data")
              .forEach(each -> ((ObjectNode) each).put("index", each.get("index").asText()));
          return bytes(reply);
        });

    assertRight(run());
    assertEquals(TEXTS.size(), textsAsked());
  }

  /** What base64 may be of. */
  enum Bytes {
    FLOAT32,
    FLOAT64,
    FLOAT16,
    BIG_ENDIAN
  }

  private static JsonNode base64(Bytes form, Vector vector) {
    int dimensions = vector.dimensions();
    ByteBuffer bytes = ByteBuffer.allocate(8 * dimensions);
    bytes.order(form == Bytes.BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < dimensions; i++) {
      switch (form) {
        case FLOAT32, BIG_ENDIAN -> bytes.putFloat(vector.at(i));
        case FLOAT64 -> bytes.putDouble(vector.at(i));
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16(vector.at(i)));
      }
    }
    byte[] written = new byte[bytes.position()];
    bytes.flip().get(written);
    return JSON.getNodeFactory().textNode(Base64.getEncoder().encodeToString(written));
  }

  private static ObjectNode replyIn(Bytes form, JsonNode request) {
    return request.has("encoding_format")
        ? reply(request, text -> base64(form, vector(text)))
        : reply(request);
  }

  @ParameterizedTest
  @EnumSource(value = Bytes.class, names = "FLOAT32", mode = EnumSource.Mode.EXCLUDE)
  void base64OfSomethingElseIsGivenUpForNumbers(Bytes form) throws IOException {
    server.answerWith((request, call) -> bytes(replyIn(form, request)));

    Ended ended = run("-v");

    assertRight(ended);
    assertEquals(
        1, ended.err().lines().filter(line -> line.contains("base64")).count(), ended.err());
    assertEquals(3 * textsAsked(), metrics().get("tokens").intValue(), "both forms were paid");
  }

  @Test
  void base64OfAModelThatIsNotKnownIsComparedWithNumbersOnce() throws IOException {
    server.answerWith((request, call) -> bytes(replyIn(Bytes.FLOAT32, request)));

    assertRight(run("--texts-per-request=2", "--concurrency=1"));

    assertEquals(TEXTS.size() + 1, textsAsked());
    assertEquals(
        1, server.requests().stream().filter(each -> !each.has("encoding_format")).count());
  }

  @Test
  void base64ThatWasFoundRightIsNotComparedAgainByTheNextRun() throws IOException {
    server.answerWith((request, call) -> bytes(replyIn(Bytes.FLOAT32, request)));

    assertRight(run());
    int before = textsAsked();
    assertRight(run("--refresh"));

    assertEquals(TEXTS.size() + 1, before);
    assertEquals(TEXTS.size(), textsAsked() - before);
  }

  @Test
  void base64ThatOnlyLooksRightIsFoundOutByTheNumbers() throws IOException {
    server.answerWith(
        (request, call) ->
            bytes(
                request.has("encoding_format")
                    ? reply(
                        request, text -> base64(Bytes.FLOAT32, Vectors.of("x" + text, DIMENSIONS)))
                    : reply(request)));

    Ended ended = run("-v");

    assertRight(ended);
    assertTrue(ended.err().contains("vectors in base64 differ from those as numbers"), ended.err());
    assertRight(run("--refresh"));
  }

  @Test
  void oneVectorForAllTextsIsRefused() throws IOException {
    server.answerWith((request, call) -> bytes(reply(request, text -> numbers(vector("one")))));

    Ended ended = run();

    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains("have the same vector"), ended.err());
    noOutput();
  }

  @Test
  void aReplyOfMixedDimensionsTeachesNothing() throws IOException {
    server.answerWith(
        (request, call) ->
            bytes(
                reply(
                    request,
                    text ->
                        numbers(
                            call == 1 && text.equals(ReplyServer.input(request).getFirst())
                                ? Vector.wrap(1, 2, 3)
                                : vector(text)))));

    assertRight(run());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text-embedding-3-small", "openai/text-embedding-3-small"})
  void aFirstReplyWithoutTheModelsDimensionsIsNotKept(String model) throws IOException {
    server.answerWith(
        (request, call) ->
            bytes(reply(request, text -> numbers(Vectors.of(text, call == 1 ? 64 : 1536)))));

    Ended ended = run("--model=" + model);

    assertEquals(0, ended.code(), ended.err());
    assertEquals(1536, metrics().get("dimensions").intValue());
    assertEquals(2 * TEXTS.size(), textsAsked());
  }

  @Test
  void aModelThatNeverHasItsDimensionsEndsTheRunAfterTwoReplies() throws IOException {
    Ended ended = run("--model=text-embedding-3-small");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("64 dimensions instead of 1536"), ended.err());
    assertEquals(2 * TEXTS.size(), textsAsked());
    JsonNode metrics = metrics();
    assertEquals(3 * textsAsked(), metrics.get("tokens").intValue());
    assertEquals("failed", metrics.get("status").textValue());
    assertTrue(metrics.get("error").textValue().contains("instead of 1536"));
  }

  @Test
  void anotherModelThanBeforeEndsTheRun() throws IOException {
    server.answerWith(
        (request, call) -> bytes(reply(request).put("model", call == 1 ? "some-model" : "spare")));

    Ended ended = run("--texts-per-request=2", "--concurrency=1");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("some-model"), ended.err());
    assertTrue(ended.err().contains("spare"), ended.err());
    noOutput();
    server.answerWith((request, call) -> bytes(reply(request)));
    assertRight(run());
    assertEquals(TEXTS.size() - 2, textsAsked(), "only the first model's vectors were kept");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "some-model-2024-05-01",
        "owner/some-model",
        "/models/some-model.gguf",
        "Some-Model:latest"
      })
  void anAliasOfTheModelIsNoWarning(String alias) throws IOException {
    server.answerWith(
        (request, call) ->
            bytes(reply(request).put("model", call % 2 == 1 ? "some-model" : alias)));

    Ended ended = run("--texts-per-request=2", "--concurrency=1");

    assertRight(ended);
    assertEquals("", ended.err());
  }

  @Test
  void aModelThatWasNotAskedForEndsTheRunAtItsFirstReply() throws IOException {
    server.answerWith((request, call) -> bytes(reply(request).put("model", "another")));

    Ended ended = run("--texts-per-request=2", "--concurrency=1");

    assertEquals(1, ended.code());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(
        ended
            .err()
            .contains(
                "some-model was requested, but another answers, and vectors of different models"
                    + " cannot be compared; if it is the same model, set --allow-model another"),
        ended.err());
    noOutput();
    assertEquals(2, textsAsked());
    server.answerWith((request, call) -> bytes(reply(request)));
    assertRight(run());
    assertEquals(TEXTS.size(), textsAsked(), "nothing of the other model is kept");
  }

  @Test
  void anAllowedNameIsTheModelInAnyReply() throws IOException {
    server.answerWith(
        (request, call) -> bytes(reply(request).put("model", call == 1 ? "another" : "third")));

    Ended ended =
        run(
            "--texts-per-request=2",
            "--concurrency=1",
            "--allow-model=another",
            "--allow-model=owner/third");

    assertRight(ended);
    assertEquals("", ended.err());
    assertRight(run());
    assertEquals(TEXTS.size(), textsAsked(), "an allowed name is no part of the key");
  }

  @Test
  void vectorsThatWereCutAndNotMadeUnitLengthAreOneWarningAndCanBeMadeSo() throws IOException {
    server.answerWith(
        (request, call) -> bytes(reply(request, text -> numbers(halved(vector(text))))));

    Ended ended = run("--dimensions=64", "--texts-per-request=2");

    assertEquals(0, ended.code());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().contains("--normalize"), ended.err());
    assertTrue(metrics().at("/vector_length/max").doubleValue() < 0.6);
    assertEquals("", run("--dimensions=64", "-q", "--refresh").err());

    int before = textsAsked();
    Ended normalized = run("--dimensions=64", "--normalize");
    assertRight(normalized);
    assertEquals("", normalized.err());
    assertEquals(before + TEXTS.size(), textsAsked(), "they have another key");
    assertEquals(1, metrics().at("/vector_length/max").doubleValue(), 1e-6);
  }

  private static Vector halved(Vector vector) {
    float[] values = vector.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] /= 2;
    }
    return Vector.wrap(values);
  }

  @Test
  void charactersThatAreCountedAsTokensAreSaid() throws IOException {
    server.answerWith(
        (request, call) -> {
          ObjectNode reply = reply(request);
          int characters = ReplyServer.input(request).stream().mapToInt(String::length).sum();
          reply.putObject("usage").put("total_tokens", characters);
          return bytes(reply);
        });
    String text = "a sentence of some words that are quite usual ".repeat(10);
    Path in = Files.writeString(folder.resolve("long.txt"), text + "\n" + text + "more\n");

    Ended ended =
        new InProcess(folder)
            .run(
                "batch",
                in.toString(),
                "-o",
                folder.resolve("out.jsonl").toString(),
                "--provider=openai",
                "--model=some-model",
                "--base-url=" + server.address() + "/v1");

    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.err().contains("count characters as tokens"), ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-1000000000", "9223372036854775807", "9223372036854775808"})
  void usageThatCannotBeChangesNothingThatMoneyDependsOn(String usage) throws IOException {
    server.answerWith(
        (request, call) ->
            JSON.writeValueAsString(reply(request))
                .replaceFirst("\"total_tokens\":[0-9]+", "\"total_tokens\":" + usage)
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertRight(run("--max-tokens=1000"));

    server.requests();
    Ended refused = run("--max-tokens=20", "--refresh", "--texts-per-request=1", "--concurrency=1");
    assertEquals(1, refused.code(), "what was reserved counts as spent");
    assertTrue(refused.err().contains("--max-tokens 20"), refused.err().toLowerCase(Locale.ROOT));
  }

  @Test
  void aRunThatFailsCountsWhatWasPaidAndIsReportedSo() throws IOException {
    server.answerWith(
        (request, call) -> {
          if (call < 3) {
            return bytes(reply(request));
          }
          return bytes(reply(request).put("model", "spare"));
        });

    Ended ended = run("--texts-per-request=2", "--concurrency=1");

    assertEquals(1, ended.code());
    JsonNode metrics = metrics();
    assertEquals(18, metrics.get("tokens").intValue(), "the reply that is not believed too");
    assertEquals(4, metrics.get("texts_embedded").intValue());
    assertEquals(0, metrics.get("batch_size").intValue());
    Path page = folder.resolve("page.html");
    Ended report =
        new InProcess(folder)
            .run(
                "report",
                folder.resolve("out.jsonl.metrics.json").toString(),
                "-o",
                page.toString());
    assertEquals(0, report.code(), report.err());
    String html = Files.readString(page);
    assertFalse(html.contains("every text has a vector"));
    assertTrue(html.contains("spare"), "the reason is told");
  }
}
