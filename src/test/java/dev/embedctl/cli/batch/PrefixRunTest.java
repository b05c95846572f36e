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
import dev.embedctl.testing.ReplyServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent before each text: {@code --prefix}, and the prefixes that models want. */
final class PrefixRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String E5 = "intfloat/multilingual-e5-large";

  @TempDir private Path folder;
  private ReplyServer server;

  @BeforeEach
  void open() throws IOException {
    server = new ReplyServer((request, call) -> JSON.writeValueAsBytes(reply(request)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** A reply of OpenAI's API, or of Ollama's. */
  private static ObjectNode reply(JsonNode request) {
    ObjectNode reply = JSON.createObjectNode();
    ArrayNode data = reply.putArray("data");
    ArrayNode embeddings = reply.putArray("embeddings");
    for (String text : ReplyServer.input(request)) {
      ArrayNode numbers = JSON.createArrayNode();
      var vector = Vectors.of(text, 8);
      for (int i = 0; i < vector.dimensions(); i++) {
        numbers.add(vector.at(i));
      }
      embeddings.add(numbers);
      data.addObject().put("index", data.size() - 1).set("embedding", numbers);
    }
    reply.put("model", request.get("model").textValue());
    return reply;
  }

  private Ended run(String command, List<String> first, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(first);
    arguments.addAll(List.of("--provider=openai", "--base-url=" + server.address() + "/v1"));
    arguments.addAll(List.of(more));
    if (arguments.stream().noneMatch(argument -> argument.startsWith("--model"))) {
      arguments.add("--model=m");
    }
    return new InProcess(folder).run(arguments.toArray(String[]::new));
  }

  private Ended batch(String input, String... more) throws IOException {
    Path in = Files.writeString(folder.resolve("in.jsonl"), input);
    return run("batch", List.of(in.toString(), "-o", output().toString()), more);
  }

  private Path output() {
    return folder.resolve("out.jsonl");
  }

  /** The texts that were sent, in the order of the calls. */
  private List<String> sent() {
    return server.requests().stream().flatMap(each -> ReplyServer.input(each).stream()).toList();
  }

  private static Ended assertRight(Ended ended) {
    assertEquals(0, ended.code(), ended.err());
    assertEquals("", ended.err());
    return ended;
  }

  @Test
  void isSentBeforeEachTextOfAnObjectABareStringAndATemplate() throws IOException {
    assertRight(batch("{\"text\":\"one\"}\n\"two\"\n", "--prefix=query: "));
    assertEquals(List.of("query: one", "query: two"), sent());

    server.answerWith((request, call) -> JSON.writeValueAsBytes(reply(request)));
    assertRight(batch("{\"t\":\"one\"}\n", "--prefix=query: ", "--template=<{t}>", "--refresh"));
    assertEquals(List.of("query: <one>"), sent());
  }

  @Test
  void isPartOfTheKey() throws IOException {
    assertRight(batch("\"one\"\n"));
    assertRight(batch("\"one\"\n", "--prefix=query: "));
    assertRight(batch("\"one\"\n", "--prefix=query: "));
    assertRight(batch("\"one\"\n", "--prefix="));
    assertRight(batch("\"one\"\n", "--prefix=unit length"));
    assertRight(batch("\"one\"\n", "--normalize"));
    assertRight(batch("\"one\"\n", "--prefix=unit length"));

    assertEquals(List.of("one", "query: one", "unit lengthone", "one"), sent());
  }

  @Test
  void isSentByEmbedAndByAQueryForTheOutputOfARun() throws IOException {
    assertRight(run("embed", List.of("one"), "--prefix=a\\nb: "));
    assertRight(batch("\"two\"\n", "--prefix=text: "));
    assertEquals(
        0,
        new InProcess(folder)
            .run("search", output().toString(), "three", "--base-url=" + server.address() + "/v1")
            .code());

    assertEquals(List.of("a\nb: one", "text: two", "text: three"), sent());
  }

  @Test
  void theQueryGetsThePrefixOfQueriesWhereTheTextsHadThatOfDocuments() throws IOException {
    assertRight(batch("\"two\"\n", "--prefix=passage: ", "--model=" + E5));
    assertEquals(
        0,
        new InProcess(folder)
            .run("search", output().toString(), "three", "--base-url=" + server.address() + "/v1")
            .code());

    assertEquals(List.of("passage: two", "query: three"), sent());
  }

  @Test
  void aSampleIsEmbeddedWithItAgain() throws IOException {
    assertRight(batch("\"one\"\n", "--prefix=query: "));
    Path input = folder.resolve("in.jsonl");
    List<String> verified = List.of(output().toString(), "--input=" + input, "--sample=1");

    assertEquals(0, run("verify", verified, "--prefix=query: ").code());
    assertEquals(1, run("verify", verified).code());
    assertEquals(List.of("query: one", "query: one", "one"), sent());
  }

  @Test
  void itsTokensAreCountedInADryRun() throws IOException {
    String texts = "\"one two three\"\n\"four\"\n";
    JsonNode without = JSON.readTree(batch(texts, "--dry-run").out());
    JsonNode with = JSON.readTree(batch(texts, "--dry-run", "--prefix=0123456789abcdef").out());

    int perText = 16 / 4;
    assertEquals(
        without.at("/tokens/likely").asInt() + 2 * perText, with.at("/tokens/likely").asInt());
    assertEquals(List.of(), sent());
  }

  @Test
  void isSentBeforeEachPieceAndPartWithinTheLimit() throws IOException {
    String text = "one two three four five six seven eight nine ten eleven twelve ".repeat(4);
    assertRight(batch('"' + text.strip() + "\"\n", "--prefix=query: ", "--split=16"));

    assertTrue(sent().size() > 2, sent()::toString);
    for (String each : sent()) {
      assertTrue(each.startsWith("query: "), each);
      assertTrue(each.length() <= 4 * 16, each);
    }
    assertTrue(Files.readString(output()).contains("\"start\":0,"), "positions are in the text");
  }

  @ParameterizedTest
  @CsvSource({
    "openai, intfloat/multilingual-e5-large, 'query: one', 'passage: one'",
    "ollama, nomic-embed-text:latest, 'search_query: one', 'search_document: one'",
    "ollama, qwen3-embedding:0.6b, '*Query:one', one",
    "openai, text-embedding-embeddinggemma-300m-qat, 'task: search result | query: one', 'title: none | text: one'",
    "openai, BAAI/bge-small-en-v1.5, 'Represent this sentence for searching relevant passages: one', one",
    "openai, snowflake-arctic-embed-l-v2.0, 'query: one', one",
  })
  void aKnownModelGetsItsOwnPrefixForAnInputTypeFromAnyServer(
      String provider, String model, String query, String document) throws IOException {
    String[] chosen = {
      "--provider=" + provider, "--model=" + model, "--base-url=" + base(provider)
    };
    for (String type : List.of("query", "document")) {
      List<String> arguments = new ArrayList<>(List.of("embed", "one", "--input-type=" + type));
      arguments.addAll(List.of(chosen));
      assertRight(new InProcess(folder).run(arguments.toArray(String[]::new)));
    }

    String first = sent().getFirst();
    assertEquals(query, query.startsWith("*") ? "*" + first.substring(first.length() - 9) : first);
    assertEquals(document, sent().getLast());
  }

  private String base(String provider) {
    return server.address() + (provider.equals("openai") ? "/v1" : "");
  }

  @Test
  void theSameVectorIsFoundWhetherItsPrefixWasTypedOrKnown() throws IOException {
    assertRight(batch("\"one\"\n", "--prefix=query: ", "--model=" + E5));
    assertRight(batch("\"one\"\n", "--input-type=query", "--model=" + E5));

    assertEquals(List.of("query: one"), sent());
    assertEquals(
        "query",
        JSON.readTree(folder.resolve("out.jsonl.metrics.json").toFile())
            .at("/asked/input_type")
            .textValue());
  }

  @Test
  void aRunThatSendsNoPrefixToAModelThatWantsOneSaysSoInOneLine() throws IOException {
    Ended bare = batch("\"one\"\n\"two\"\n", "--model=" + E5);
    assertEquals(0, bare.code(), bare.err());
    assertEquals(
        "embedctl: "
            + E5
            + " was trained with a prefix before each text: set --input-type query or document, or"
            + " your own --prefix (an empty one sends texts as they are)\n",
        bare.err());
    assertEquals(List.of("one", "two"), sent());

    assertEquals("", batch("\"one\"\n", "--model=" + E5, "-q").err());
    assertEquals("", batch("\"one\"\n", "--model=" + E5, "--prefix=").err());
    assertEquals("", batch("\"one\"\n", "--model=" + E5, "--input-type=document").err());
    Ended dry = batch("\"one\"\n", "--model=" + E5, "--dry-run");
    assertEquals(bare.err(), dry.err());
  }

  @Test
  void anInputTypeWithoutAKnownPrefixIsRefused() throws IOException {
    Ended ended = batch("\"one\"\n", "--input-type=query");

    assertEquals(2, ended.code());
    assertEquals(
        "embedctl: --input-type: openai does not support input types, and no prefix of m is known;"
            + " omit it, or set --prefix\n",
        ended.err());
  }

  @Test
  void twoPrefixesContradictEachOther() throws URISyntaxException {
    String[] gemini = {"--provider=gemini", "--model=gemini-embedding-2", "--prefix=a"};
    List<String> arguments = new ArrayList<>(List.of("embed", "one", "--input-type=query"));
    arguments.addAll(List.of(gemini));
    Ended ended =
        new InProcess(folder).with("GEMINI_API_KEY", "k").run(arguments.toArray(String[]::new));

    assertEquals(2, ended.code());
    assertEquals(
        "embedctl: --prefix contradicts --input-type, for which gemini-embedding-2 gets a prefix"
            + " already; drop one\n",
        ended.err());
    Ended local =
        new InProcess(folder)
            .run("embed", "red", tinyModel(), "--prefix=a", "--input-type=document");
    assertEquals(2, local.code());
    assertEquals(
        "embedctl: --prefix contradicts --input-type, which selects the model's own prompt; drop"
            + " one\n",
        local.err());
  }

  @Test
  void aConfigFileKeepsItsSpacesInQuotes() throws IOException {
    Path config = Files.createDirectories(folder.resolve("config/embedctl"));
    Files.writeString(config.resolve("config.properties"), "prefix = \"query: \"\n");

    assertRight(batch("\"one\"\n"));
    assertEquals(List.of("query: one"), sent());

    String shown = new InProcess(folder).run("batch", "--show-config").out();
    assertTrue(shown.contains("\nprefix = \"query: \"\n"), shown);
    assertFalse(shown.contains("\n# prefix ="), shown);
  }

  @Test
  void aLocalModelReadsIt() throws URISyntaxException {
    InProcess program = new InProcess(folder);
    String text = program.run("embed", "green red", tinyModel()).out();
    String prefixed = program.run("embed", "red", tinyModel(), "--prefix=green ").out();

    assertFalse(text.isEmpty());
    assertEquals(text, prefixed);
  }

  private static String tinyModel() throws URISyntaxException {
    return "--model=" + Path.of(PrefixRunTest.class.getResource("/models/tiny").toURI());
  }
}
