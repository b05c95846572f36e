package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.RecordingServer;
import dev.embedctl.testing.RecordingServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An output and its metrics file may come from anybody, so they do not choose who gets a key. */
final class SearchAddressTest {
  private static final String KEY = "the-key-of-the-user";

  @TempDir private Path folder;
  private RecordingServer server;
  private Path output;
  private Path metrics;

  @BeforeEach
  void prepare() throws IOException {
    server =
        new RecordingServer(
            "Authorization",
            request ->
                Reply.ok(
                    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                        + "\"embedding\":[1,0]}],\"model\":\"m\",\"usage\":{\"total_tokens\":1}}"));
    output =
        Files.writeString(
            folder.resolve("out.jsonl"), "{\"index\":0,\"embedding\":[1,0],\"cached\":false}\n");
    metrics = folder.resolve("out.jsonl.metrics.json");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void metricsNaming(String provider, String address) throws IOException {
    Files.writeString(
        metrics,
        """
        {"provider":"%s","model":"m","dimensions":2,"asked":{"base_url":"%s"}}
        """
            .formatted(provider, address));
  }

  private InProcess program() {
    return new InProcess(folder);
  }

  private Ended search(InProcess program, String... more) {
    List<String> arguments = new ArrayList<>(List.of("search", output.toString()));
    arguments.addAll(List.of(more));
    return program.run(arguments.toArray(String[]::new));
  }

  private void assertRefused(Ended ended, String message) {
    assertEquals("embedctl: " + metrics + ": " + message + "\n", ended.err());
    assertEquals("", ended.out());
    assertEquals(2, ended.code());
    assertEquals(List.of(), server.requests());
  }

  private void assertFound(Ended ended) {
    assertEquals("", ended.err());
    assertEquals("1  1.0000  0\n", ended.out());
    assertEquals(0, ended.code());
  }

  private List<Optional<String>> keysSent() {
    return server.requests().stream()
        .filter(request -> request.method().equals("POST"))
        .map(RecordingServer.Request::key)
        .toList();
  }

  @Test
  void aKeyIsNotSentToAnAddressThatOnlyTheMetricsFileNames() throws IOException {
    metricsNaming("openai", server.url());

    assertRefused(
        search(program().with("OPENAI_API_KEY", KEY), "a text"),
        "names the address "
            + server.url()
            + ", which would get the text and the key in OPENAI_API_KEY; pass --base-url "
            + server.url()
            + " if it is trusted");
  }

  @Test
  void norIsTheKeyOfAnotherVariable() throws IOException {
    metricsNaming("ollama", server.url());

    assertRefused(
        search(program().with("MY_KEY", KEY), "a text", "--api-key-env=MY_KEY"),
        "names the address "
            + server.url()
            + ", which would get the text and the key in MY_KEY; pass --base-url "
            + server.url()
            + " if it is trusted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://embed.example",
        "http://127.0.0.1.embed.example",
        "http://localhost.example:8080"
      })
  void anotherMachineDoesNotEvenGetTheText(String address) throws IOException {
    metricsNaming("ollama", address);

    assertRefused(
        search(program(), "a text"),
        "names the address "
            + address
            + ", which would get the text; pass --base-url "
            + address
            + " if it is trusted");
  }

  @Test
  void aServerOnThisMachineThatNeedsNoKeyIsAsked() throws IOException {
    metricsNaming("openai", server.url());

    assertFound(search(program(), "a text"));
    assertEquals(List.of(Optional.empty()), keysSent());
  }

  @Test
  void anAddressThatWasTypedGetsTheKey() throws IOException {
    metricsNaming("openai", server.url());

    assertFound(
        search(program().with("OPENAI_API_KEY", KEY), "a text", "--base-url", server.url() + "/"));
    assertEquals(List.of(Optional.of("Bearer " + KEY)), keysSent());
  }

  @Test
  void soDoesOneFromTheEnvironment() throws IOException {
    metricsNaming("openai", server.url());

    assertFound(
        search(
            program().with("OPENAI_API_KEY", KEY).with("EMBEDCTL_BASE_URL", server.url()),
            "a text"));
    assertEquals(List.of(Optional.of("Bearer " + KEY)), keysSent());
  }

  @Test
  void soDoesOneOfTheUsersConfigFile() throws IOException {
    metricsNaming("openai", server.url());
    Path config =
        Files.writeString(folder.resolve("mine.properties"), "base-url = " + server.url() + "\n");

    assertFound(
        search(program().with("OPENAI_API_KEY", KEY), "a text", "--config", config.toString()));
    assertEquals(List.of(Optional.of("Bearer " + KEY)), keysSent());
  }

  @Test
  void whatIsConfiguredIsAskedInPlaceOfAnAddressThatTheMetricsFileNames() throws IOException {
    metricsNaming("openai", "https://embed.example");

    assertFound(
        search(
            program().with("OPENAI_API_KEY", KEY).with("EMBEDCTL_BASE_URL", server.url()),
            "a text"));
    assertEquals(List.of(Optional.of("Bearer " + KEY)), keysSent());
  }

  @Test
  void theAddressThatTheUsersCatalogHasForTheProviderGetsTheKey() throws IOException {
    Path catalog = folder.resolve("config/embedctl/catalog.json");
    Files.createDirectories(catalog.getParent());
    Files.writeString(
        catalog,
        "{\"mine\":{\"wire\":\"openai\",\"base_url\":\"%s\",\"key\":\"MINE_API_KEY\"}}"
            .formatted(server.url()));
    metricsNaming("mine", server.url() + "/");

    assertFound(search(program().with("MINE_API_KEY", KEY), "a text"));
    assertEquals(List.of(Optional.of("Bearer " + KEY)), keysSent());
  }

  @Test
  void neighboursOfARowAreFoundWithoutAnyAddress() throws IOException {
    metricsNaming("openai", "https://embed.example");
    Files.writeString(
        output, "{\"index\":0,\"embedding\":[1,0]}\n{\"index\":1,\"embedding\":[1,0]}\n");

    Ended ended = search(program().with("OPENAI_API_KEY", KEY), "--by-id=0");

    assertEquals("1  1.0000  1\n", ended.out());
  }
}
