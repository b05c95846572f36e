package dev.embedctl.cli.batch;

import static dev.embedctl.testing.DialectServer.good;
import static dev.embedctl.testing.DialectServer.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.DialectServer;
import dev.embedctl.testing.DialectServer.Dialect;
import dev.embedctl.testing.DialectServer.Reply;
import dev.embedctl.testing.DialectServer.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that speak OpenAI's API in a way of their own, through the whole command. */
@Timeout(60)
final class ServerDialectsTest {
  private static final String KEY = "sk-very-secret-key";
  private static final String SECRET_TEXT = "the patient is called Erika Mustermann";

  @TempDir private Path folder;
  private Path input;

  @BeforeEach
  void write() throws IOException {
    input = Files.writeString(folder.resolve("in.txt"), SECRET_TEXT + "\nbeta\ngamma\n");
  }

  private Ended run(String command, String baseUrl, String... more) {
    return run(new InProcess(folder).with("OPENAI_API_KEY", KEY), command, baseUrl, more);
  }

  private Ended run(InProcess program, String command, String baseUrl, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    if (command.equals("batch")) {
      arguments.addAll(List.of(input.toString(), "--backoff=1ms"));
    }
    arguments.addAll(List.of("--provider=openai", "--model=m", "--base-url=" + baseUrl));
    arguments.addAll(List.of(more));
    return program.run(arguments.toArray(String[]::new));
  }

  private Ended batch(Dialect dialect, String... more) throws IOException {
    try (DialectServer server = new DialectServer(dialect)) {
      return run("batch", server.root() + "/v1", more);
    }
  }

  private static void assertWhole(Ended ended) {
    assertEquals(0, ended.code(), ended.err());
    assertEquals(3, ended.lines().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|{'object':'error','message':'base64 encoding is not currently supported','type':'BadRequestError','param':null,'code':400}",
        "500|{'error':{'message':'Unsupported encoding format base64'}}",
        "501|{'error':{'message':'encoding_format base64 is not implemented'}}",
        "422|{'detail':[{'loc':['body','encoding_format'],'msg':'extra fields not permitted','type':'value_error.extra'}]}",
        "400|{'error':{'message':'Unrecognized request argument supplied','param':'encoding_format','type':'invalid_request_error'}}",
        "400|{'detail':\"Value 'base64' provided for argument is invalid\"}",
        "200|{'error':{'message':'base64 is unknown here'}}",
      })
  void withoutBase64WhereItIsRefusedInAnyWords(int status, String error) throws IOException {
    try (DialectServer server =
        new DialectServer(
            request ->
                request.has("encoding_format")
                    ? reply(status, error.replace('\'', '"').replace("\"base64\"", "'base64'"))
                    : good(request))) {
      assertWhole(run("batch", server.root() + "/v1", "--max-attempts=1", "--concurrency=1"));
      assertEquals(2, server.requests().size(), "refused once, then never asked for again");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "This model does not support specifying dimensions.",
        "Setting dimensions is not supported for OpenAI `text-embedding-3` and later models.",
        "dimensions: Extra inputs are not permitted",
        "Unrecognized request argument supplied: dimensions",
        "output_dimension is not supported by this model",
      })
  void withoutDimensionsWhereTheyAreRefused(String words) throws IOException {
    assertWhole(
        batch(
            request ->
                request.has("dimensions")
                    ? reply(400, "{\"error\":{\"message\":\"" + words + "\"}}")
                    : good(request),
            "--dimensions=4",
            "--max-attempts=1"));
  }

  @Test
  void dimensionsThatAreTooManyAreNoFieldToLeaveOut() throws IOException {
    Ended ended =
        batch(
            request ->
                request.has("dimensions")
                    ? reply(
                        400,
                        "{\"error\":{\"message\":\"dimensions must be at most 3\","
                            + "\"param\":\"dimensions\"}}")
                    : good(request),
            "--dimensions=5");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("dimensions must be at most 3"), ended.err());
    assertTrue(ended.err().contains("omit --dimensions"), ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "422|{'detail':[{'type':'string_type','loc':['body','input'],'msg':'Input should be a valid string','input':['x']}]}",
        "400|{'error':{'message':'input must be a string'}}",
        "400|{'error':{'message':'expected string, got list'}}",
        "400|{'object':'error','message':'1 validation error for Request\\nbody -> input\\n  str type expected (type=type_error.str)','code':40001}",
        "400|{'error':'JSON format issue: expected string at field input got instead array'}",
        "400|{'message':'json: cannot unmarshal array into Go struct field EmbeddingRequest.input of type string'}",
        "422|Failed to deserialize the JSON body into the target type: input: invalid type: sequence, expected a string at line 1 column 26",
        "500|{'error':'only supports a single string'}",
      })
  void oneTextACallAsAStringWhereAServerTakesNoList(int status, String error) throws IOException {
    try (DialectServer server =
        new DialectServer(
            request ->
                request.body().get("input").isTextual()
                    ? good(request)
                    : reply(status, error.replace('\'', '"')))) {
      assertWhole(run("batch", server.root() + "/v1", "--max-attempts=1", "--concurrency=1"));
      assertEquals(4, server.requests().size(), "refused once, then a call a text");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'error':{'message':'Invalid API key provided','type':'invalid_request_error','code':'invalid_api_key'}}|the key was refused|Invalid API key provided",
        "{'code':'InvalidApiKey','message':'Invalid API-key provided.'}|the key was refused|Invalid API-key provided",
        "{'error':{'message':'The model x does not exist','code':'model_not_found'}}|no such model|--model",
        "{'code':401,'msg':'token expired','success':false}|the key was refused|token expired",
        "{'base_resp':{'status_code':1004,'status_msg':'login fail: no key'}}|the key was refused|login fail",
        "{'error':{'message':'Insufficient Balance'}}|cannot pay|Insufficient Balance",
        "{'object':'error','message':'This model cannot embed','code':40303}|HTTP 200|This model cannot embed",
        "{'code':20015,'message':'The parameter is invalid. Please check again.','data':null}|HTTP 200|parameter is invalid",
        "{'error':{'message':'No successful provider responses.','code':404}}|HTTP 200|No successful provider responses",
        "{'detail':'Not a text'}|HTTP 200|Not a text",
        "{'status':'failed','msg':'no such thing'}|HTTP 200|no such thing",
        "{'error':{'message':'Provider returned error','code':400,'metadata':{'raw':'{\\\"error\\\":{\\\"message\\\":\\\"upstream words\\\"}}'}}}|HTTP 200|upstream words",
      })
  void anErrorInTheBodyOfA200IsTheFailureThatItStates(String body, String kind, String words)
      throws IOException {
    Ended ended =
        batch(
            request -> reply(200, body.replace('\'', '"')), "--max-attempts=1", "--concurrency=1");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains(kind), ended.err());
    assertTrue(ended.err().contains(words), ended.err());
    assertFalse(ended.err().contains(KEY), ended.err());
  }

  @Test
  void aRateLimitInTheBodyOfA200IsWaitedFor() throws IOException {
    List<Request> first = new ArrayList<>();
    assertWhole(
        batch(
            request -> {
              first.add(request);
              return first.size() == 1
                  ? reply(200, "{\"error\":{\"message\":\"Rate limit reached\"}}")
                  : good(request);
            },
            "--max-attempts=1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "502|<html>\\n<head><title>502 Bad Gateway</title></head><body><center><h1>502</h1></center>nginx</body></html>|HTTP 502: 502 Bad Gateway",
        "403|<!DOCTYPE html><html><head><title>Attention Required! Cloudflare</title></head></html>|Attention Required!",
        "200|<html><head><title>Sign in &amp; go on</title></head><body><form></form></body></html>|the reply is a web page, not JSON: Sign in & go on",
        "500|<?xml version='1.0'?><Error><Code>InternalError</Code><Message>We failed</Message></Error>|HTTP 500: We failed",
        "500|plain words\\nsecond line|HTTP 500: plain words",
      })
  void pagesAreShownByTheirTitle(int status, String page, String told) throws IOException {
    Ended ended = batch(request -> reply(status, page.replace("\\n", "\n")), "--max-attempts=1");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains(told), ended.err());
    assertFalse(ended.err().contains("<"), ended.err());
    assertFalse(ended.err().contains("second line"), ended.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'detail':[{'type':'too_long','loc':['body','input',0],'msg':'Text is odd','input':'TEXT'}]}",
        "{'object':'error','message':\"[{'type': 'x', 'loc': ('body', 'input'), 'msg': 'Text is odd', 'input': 'TEXT'}]\"}",
        "{'message':\"1 validation error\\ninput\\n Text is odd [type=string_type, input_value='TEXT', input_type=str]\"}",
        "{'error':{'message':\"Text is odd: TEXT\"}}",
        "{'message':'Text is odd','request':{'input':['TEXT']}}",
      })
  void theUsersTextIsNotRepeated(String body) throws IOException {
    String inDouble =
        body.startsWith("{'object'") || body.startsWith("{'message':\"")
            ? body.replaceFirst(
                    "\\{'object':'error','message':", "{\"object\":\"error\",\"message\":")
                .replaceFirst("\\{'message':", "{\"message\":")
            : body.replace('\'', '"');
    Ended ended =
        batch(request -> reply(400, inDouble.replace("TEXT", request.texts().getFirst())));

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("Text is odd"), ended.err());
    assertFalse(ended.err().contains("Mustermann"), ended.err());
  }

  private static Reply packed(Reply reply, String coding) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packed =
        coding.equals("deflate") ? new DeflaterOutputStream(bytes) : new GZIPOutputStream(bytes)) {
      packed.write(reply.bytes());
    }
    return new Reply(
        reply.status(),
        coding.isEmpty() ? Map.of() : Map.of("Content-Encoding", coding),
        ByteBuffer.wrap(bytes.toByteArray()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "deflate", ""})
  void whatIsPackedUnaskedIsUnpacked(String coding) throws IOException {
    assertWhole(batch(request -> packed(good(request), coding)));

    Ended failed =
        batch(request -> packed(reply(401, "{\"message\":\"no key\"}"), coding), "--no-cache");
    assertTrue(failed.err().contains("HTTP 401: no key"), failed.err());
  }

  @Test
  void aMethodOfPackingThatIsNotKnownIsNamed() throws IOException {
    Ended ended =
        batch(
            request -> new Reply(200, Map.of("Content-Encoding", "br"), ByteBuffer.allocate(3)),
            "--max-attempts=1");

    assertTrue(ended.err().contains("with an unsupported method: br"), ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':[{'index':0,'embedding':[[1,2],[3,4]]}]}|a vector for each token",
        "{'data':[{'index':0,'embedding':[NaN,1]}]}|it contains NaN at byte",
        "{'data':[{'index':0,'embedding':[1,\u0001]}]}|it is not JSON at byte",
        "{'data':[{'index':0|its JSON ends too early",
      })
  void whatIsWrongWithAReplyIsSaidWithoutNamesOfLibraries(String body, String told)
      throws IOException {
    Ended ended = batch(request -> reply(200, body.replace('\'', '"')), "--max-attempts=1");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains(told), ended.err());
    for (String name : List.of("JsonReadFeature", "CTRL-CHAR", "jackson", "Jackson")) {
      assertFalse(ended.err().contains(name), ended.err());
    }
  }

  private static Dialect at(String path) {
    return request ->
        request.path().equals(path) ? good(request) : reply(404, "{\"detail\":\"Not Found\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "batch, /v1/embeddings",
    "batch, /v1/embeddings/",
    "batch, ''",
    "batch, /",
    "doctor, /v1/embeddings",
    "doctor, ''",
    "doctor, /v1//"
  })
  void anAddressThatIsPastedWhollyOrWithoutItsPathWorks(String command, String path)
      throws IOException {
    try (DialectServer server = new DialectServer(at("/v1/embeddings"))) {
      Ended ended = run(command, server.root() + path);

      assertEquals(0, ended.code(), ended.err());
    }
  }

  @Test
  void theUsualPathIsTriedOnceAndRemembered() throws IOException {
    try (DialectServer server = new DialectServer(at("/v1/embeddings"))) {
      Ended ended = run("batch", server.root(), "-v", "--texts-per-request=1", "--concurrency=1");

      assertWhole(ended);
      assertEquals(4, server.requests().size());
      assertTrue(
          ended.err().contains("so it calls " + server.root() + "/v1/embeddings"), ended.err());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "doctor"})
  void whereNothingAnswersBothAddressesAreNamed(String command) throws IOException {
    try (DialectServer server = new DialectServer(at("/elsewhere"))) {
      Ended ended = run(command, server.root());

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("404 from " + server.root() + "/v1/embeddings"), ended.err());
      assertTrue(ended.err().contains(server.root() + "/embeddings"), ended.err());
      assertTrue(ended.err().contains("--base-url"), ended.err());
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void anUnknownModelIsNoReasonToTryAnotherAddress() throws IOException {
    try (DialectServer server =
        new DialectServer(request -> reply(404, "{\"error\":\"model m not found\"}"))) {
      Ended ended = run("batch", server.root());

      assertEquals(1, server.requests().size());
      assertTrue(ended.err().contains("--model"), ended.err());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void withoutASchemeHttpIsTakenOnThisMachine(String host) throws IOException {
    try (DialectServer server = new DialectServer(at("/v1/embeddings"))) {
      Ended ended = run("batch", host + ":" + server.port() + "/v1", "-v");

      assertWhole(ended);
      assertTrue(ended.err().contains("has no scheme, so it is http://"), ended.err());
    }
  }

  @Test
  void withoutASchemeAnotherMachineIsNotGuessed() {
    Ended ended = run("batch", "api.example.test/v1");

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("give https://api.example.test/v1"), ended.err());
  }

  @Test
  void spellingsOfOneAddressShareTheCache() throws IOException {
    try (DialectServer server = new DialectServer(at("/v1/embeddings"))) {
      assertWhole(run("batch", server.root() + "/v1"));
      for (String path : List.of("/v1/", "/v1/embeddings", "/v1/embeddings/")) {
        assertWhole(run("batch", server.root() + path));
      }
      assertWhole(run("batch", "http://localhost:" + server.port() + "/v1"));
      assertWhole(run("batch", "HTTP://LOCALHOST:" + server.port() + "/v1"));
      assertEquals(2, server.requests().size(), "one for each of two hosts");
    }
  }

  @Test
  void aRedirectOfASlashIsFollowedOnTheSameServer() throws IOException {
    try (DialectServer server =
        new DialectServer(
            request ->
                request.path().endsWith("/")
                    ? good(request)
                    : new Reply(307, Map.of("Location", request.path() + "/")))) {
      assertWhole(run("batch", server.root() + "/v1", "--max-attempts=1"));
    }
  }

  @Test
  void aRedirectToAnotherServerIsExplainedAndGetsNoKey() throws IOException {
    try (DialectServer other = new DialectServer(DialectServer::good);
        DialectServer server =
            new DialectServer(
                request ->
                    new Reply(308, Map.of("Location", other.root() + "/api/v1/embeddings")))) {
      Ended ended = run("batch", server.root() + "/v1");

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("use the base URL " + other.root() + "/api/v1"), ended.err());
      assertFalse(ended.err().contains("use the base URL " + other.root() + "/api/v1/embeddings"));
      assertEquals(List.of(), other.requests());
    }
  }

  @Test
  void aRedirectToALoginPageGivesNoAdviceThatWouldFail() throws IOException {
    Ended ended = batch(request -> new Reply(302, Map.of("Location", "/login?next=x")));

    assertTrue(ended.err().contains("redirects calls to http://127.0.0.1:"), ended.err());
    assertTrue(ended.err().contains("/login?next=x, which is not"), ended.err());
    assertFalse(ended.err().contains("use the base URL"), ended.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sk-1234567890\"",
        "'sk-1234567890'",
        " sk-1234567890\r\n",
        "Bearer sk-1234567890",
        "\"sk-1234567890\n\""
      })
  void whatIsPastedAroundAKeyIsLeftOut(String value) throws IOException {
    try (DialectServer server = new DialectServer(DialectServer::good)) {
      assertWhole(
          run(new InProcess(folder).with("OPENAI_API_KEY", value), "batch", server.root() + "/v1"));
      assertEquals("Bearer sk-1234567890", server.requests().getFirst().key());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "none", "e"})
  void aShortKeyIsSentAndHarmsNoWordOfAMessage(String key) throws IOException {
    try (DialectServer server =
        new DialectServer(
            request -> reply(401, "{\"message\":\"nonexistent abcde: " + key + "\"}"))) {
      Ended ended =
          run(new InProcess(folder).with("OPENAI_API_KEY", key), "batch", server.root() + "/v1");

      assertEquals("Bearer " + key, server.requests().getFirst().key());
      assertTrue(ended.err().contains("HTTP 401: nonexistent abcde: ***"), ended.err());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-123\nsk-456", "schlüssel-12345", "sk-1234 5678"})
  void aKeyThatNoHeaderCanHoldIsRefusedByItsVariable(String key) {
    Ended ended =
        run(new InProcess(folder).with("OPENAI_API_KEY", key), "batch", "http://127.0.0.1:1/v1");

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("OPENAI_API_KEY"), ended.err());
    assertFalse(ended.err().contains("sk-1") || ended.err().contains("schl"), ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\"\""})
  void aMissingKeyIsNamedByItsVariableWhereItIsWanted(String key) throws IOException {
    try (DialectServer server =
        new DialectServer(request -> reply(401, "{\"error\":\"unauthorized\"}"))) {
      Ended ended =
          run(new InProcess(folder).with("OPENAI_API_KEY", key), "batch", server.root() + "/v1");

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("OPENAI_API_KEY is empty or not set"), ended.err());
    }
  }
}
