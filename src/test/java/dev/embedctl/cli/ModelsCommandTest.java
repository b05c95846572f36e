package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.testing.ForwardProxy;
import dev.embedctl.testing.MadeCertificates;
import dev.embedctl.testing.ModelHub;
import dev.embedctl.testing.TlsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelsCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path TINY =
      Path.of(System.getProperty("embedctl.basedir"), "src/test/resources/models/tiny");
  private static final String MODEL = "hf:" + ModelHub.REPOSITORY;
  private static final String EXACT = MODEL + "@" + ModelHub.COMMIT;

  @TempDir private Path folder;
  private InProcess embedctl;

  @BeforeEach
  void newProgram() {
    embedctl = new InProcess(folder);
  }

  private Path models() {
    return folder.resolve("data/embedctl/models");
  }

  private InProcess at(ModelHub hub) {
    return embedctl.with("HF_ENDPOINT", hub.hub().url());
  }

  private JsonNode listed(String model) throws IOException {
    Ended list = embedctl.run("models", "list", "--json");
    assertEquals(0, list.code(), list::err);
    return StreamSupport.stream(JSON.readTree(list.out()).spliterator(), false)
        .filter(each -> each.get("model").asText().equals(model))
        .findFirst()
        .orElse(JSON.missingNode());
  }

  private static void isUsage(String message, Ended ended) {
    assertEquals(2, ended.code(), ended::err);
    assertEquals("", ended.out());
    assertEquals("embedctl: " + message + "\n", ended.err());
  }

  @Test
  void aKnownModelThatIsNotHereIsListedWithItsCommandAndARunNamesIt() throws Exception {
    JsonNode known = listed("e5-small-v2");

    assertEquals("available", known.get("state").asText());
    assertEquals("MIT", known.get("licence").asText());
    assertTrue(known.get("bytes").asLong() > 70_000_000);
    assertTrue(embedctl.run("models", "list").out().contains("embedctl models pull e5-small-v2\n"));
    Files.writeString(folder.resolve("in.txt"), "a\n");
    isUsage(
        "--model e5-small-v2: it is not here yet; download it with: embedctl models pull"
            + " e5-small-v2",
        embedctl.run("batch", folder.resolve("in.txt").toString(), "--model", "e5-small-v2"));
    isUsage(
        "--model hf:a/b@main: it is not here yet; download it with: embedctl models pull"
            + " hf:a/b@main",
        embedctl.run("batch", folder.resolve("in.txt").toString(), "--model", "hf:a/b"));
  }

  /** The files of the included model under another name, with Git's and with the content's hash. */
  @Test
  void aPulledModelHasTheVectorsOfTheSameFilesInTheInstallation() throws Exception {
    try (ModelHub hub = new ModelHub().with(InProcess.home().resolve("models/all-MiniLM-L6-v2"))) {
      Ended pulled = at(hub).run("models", "pull", MODEL);
      assertEquals(0, pulled.code(), pulled::err);
      assertEquals(EXACT + "\n", pulled.out());
      assertTrue(pulled.err().contains("licence apache-2.0, in " + models()), pulled::err);
    }
    Files.writeString(folder.resolve("in.txt"), "A man is playing a guitar.\nred\ngreen tea\n");

    List<String> included = vectors("all-MiniLM-L6-v2");
    assertEquals(3, included.size());
    assertEquals(included, vectors(EXACT));
    assertEquals(included, vectors(MODEL));
  }

  private List<String> vectors(String model) throws IOException {
    Ended run = embedctl.run("batch", folder.resolve("in.txt").toString(), "--model", model);
    assertEquals(0, run.code(), run::err);
    return run.lines().stream()
        .map(
            line -> {
              try {
                return JSON.readTree(line).get("embedding").toString();
              } catch (IOException e) {
                throw new IllegalStateException(line, e);
              }
            })
        .toList();
  }

  @Test
  void aPulledModelIsListedAndRemoved() throws Exception {
    try (ModelHub hub = new ModelHub().with(TINY)) {
      assertEquals(0, at(hub).run("models", "pull", MODEL + "@" + ModelHub.COMMIT).code());
    }
    JsonNode here = listed(EXACT);
    assertEquals("here", here.get("state").asText());
    assertEquals("model.onnx", here.get("onnx_file").asText());
    Path place = Path.of(here.get("path").asText());
    assertTrue(Files.isDirectory(place));
    assertTrue(embedctl.run("providers").out().contains("  " + EXACT + "\n"));

    Ended again = embedctl.run("models", "pull", EXACT);
    assertEquals(0, again.code(), again::err);
    assertTrue(again.err().contains(" is here already: "), again::err);

    Ended removed = embedctl.run("models", "rm", EXACT);
    assertEquals(0, removed.code(), removed::err);
    assertFalse(Files.exists(place));
    isUsage(
        EXACT + " is not here; embedctl models list prints the models that are",
        embedctl.run("models", "rm", EXACT));
  }

  @Test
  void theIncludedModelNeedsNoDownloadAndStays() {
    Ended pulled = embedctl.run("models", "pull", "all-MiniLM-L6-v2");
    assertEquals(0, pulled.code(), pulled::err);
    assertEquals("all-MiniLM-L6-v2\n", pulled.out());
    isUsage(
        "all-MiniLM-L6-v2 belongs to the installation, and stays",
        embedctl.run("models", "rm", "all-MiniLM-L6-v2"));
  }

  @Test
  void aModelThatNobodyKnowsIsRefusedWithTheKnownOnes() {
    Ended ended = embedctl.run("models", "pull", "gpt-7");
    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("bge-small-en-v1.5"), ended::err);
    assertTrue(ended.err().contains("hf:ORG/NAME@REVISION"), ended::err);
  }

  @Test
  void theRepositoryOfPackagesMayBeSetInTheEnvironment() throws Exception {
    try (ModelHub hub = new ModelHub()) {
      Ended ended =
          embedctl
              .with("EMBEDCTL_MODELS_URL", hub.hub().url() + "/mirror/")
              .run("models", "pull", "e5-small-v2");
      assertEquals(1, ended.code(), ended::err);
      assertEquals(1, ended.err().lines().count(), ended::err);
      assertTrue(ended.err().contains("there is no such file (404)"), ended::err);
      assertTrue(
          hub.hub().requests().getFirst().path().startsWith("/mirror/dev/langchain4j/"),
          () -> hub.hub().requests().toString());
    }
  }

  @Test
  void callsGoThroughTheProxy() throws Exception {
    try (ModelHub hub = new ModelHub().with(TINY);
        ForwardProxy proxy = ForwardProxy.to(URI.create(hub.hub().url()).getPort())) {
      Ended ended =
          embedctl
              .with("HF_ENDPOINT", "http://hub.example")
              .with("http_proxy", "http://127.0.0.1:" + proxy.port())
              .run("models", "pull", MODEL);

      assertTrue(proxy.heads().getFirst().startsWith("GET http://hub.example/api/models/"));
      assertEquals(0, ended.code(), ended::err);
    }
  }

  @Test
  void aCertificateThatIsNotTrustedIsExplainedAndCanBeTrusted() throws Exception {
    MadeCertificates certificates = MadeCertificates.forHost(folder.resolve("store"), "localhost");
    try (TlsServer server = TlsServer.with(certificates, "{}")) {
      String endpoint = server.url().replace("/v1", "");
      Ended untrusted = embedctl.with("HF_ENDPOINT", endpoint).run("models", "pull", MODEL);
      assertEquals(1, untrusted.code(), untrusted::err);
      assertEquals(1, untrusted.err().lines().count(), untrusted::err);
      assertTrue(untrusted.err().contains("--ca-cert"), untrusted::err);

      String trusted = folder.resolve("ca.pem").toString();
      Files.writeString(Path.of(trusted), certificates.pem());
      Ended answered = embedctl.run("models", "pull", MODEL, "--ca-cert", trusted);
      assertEquals(1, answered.code(), answered::err);
      assertTrue(answered.err().contains("the reply names no commit"), answered::err);
    }
  }

  @Test
  void aTerminalShowsHowMuchIsHereAndAPipeDoesNot() throws Exception {
    try (ModelHub hub = new ModelHub().with(TINY)) {
      Map<String, String> env =
          Map.of(
              "XDG_DATA_HOME", folder.resolve("other").toString(),
              "XDG_CONFIG_HOME", folder.resolve("config").toString(),
              "HF_ENDPOINT", hub.hub().url(),
              "COLUMNS", "120");
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code =
          InProcess.runAt(
              Set.of(Stream.ERR),
              "",
              new ByteArrayOutputStream(),
              err,
              env,
              InProcess.home(),
              "models",
              "pull",
              MODEL);
      String screen = err.toString(StandardCharsets.UTF_8);
      assertEquals(0, code, screen);
      assertTrue(screen.contains("\r" + MODEL + "@main  100 %  "), screen);

      Ended piped = at(hub).run("models", "pull", MODEL);
      assertEquals(0, piped.code(), piped::err);
      assertEquals(1, piped.err().lines().count(), piped::err);
      assertFalse(piped.err().contains("%"), piped::err);
    }
  }
}
