package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code embedctl providers} in this process, and providers of a user's own. */
final class ProvidersCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WIDTH = 100;

  @TempDir private Path folder;

  private void ownCatalog(String json) throws IOException {
    Path config = Files.createDirectories(folder.resolve("config/embedctl"));
    Files.writeString(config.resolve("catalog.json"), json);
  }

  private JsonNode listed(InProcess program, String provider) throws IOException {
    Ended ended = program.run("providers", "--json");
    assertEquals(0, ended.code(), ended.err());
    for (JsonNode each : JSON.readTree(ended.out())) {
      if (each.get("provider").textValue().equals(provider)) {
        return each;
      }
    }
    throw new AssertionError(provider + " is not listed");
  }

  @Test
  void printsATableThatFitsATerminal() {
    Ended ended = new InProcess(folder).run("providers");

    assertEquals(0, ended.code(), ended.err());
    for (String line : ended.lines()) {
      assertTrue(line.length() <= WIDTH, line);
    }
    assertTrue(ended.lines().contains("  all-MiniLM-L6-v2 (default)"), ended.out());
    assertTrue(ended.lines().contains("  prices from OpenAI's pricing page"), ended.out());
    assertTrue(
        ended
            .lines()
            .contains(
                "  text-embedding-3-small (default)   1,536 dims or others   8,192 tokens  $0.02 a"
                    + " million (2026-01)"),
        ended.out());
    assertTrue(
        ended.lines().contains("openai  https://api.openai.com/v1, key OPENAI_API_KEY (not set)"),
        ended.out());
  }

  @Test
  void bedrockNeedsNoKeyAndItsModelsTakeDifferentNumbersOfTexts() throws IOException {
    InProcess program = new InProcess(folder);
    List<String> lines = program.run("providers").lines();

    int head =
        lines.indexOf(
            "bedrock  in the AWS region, key AWS_BEARER_TOKEN_BEDROCK (not set), or credentials of"
                + " AWS");
    assertTrue(head > 0, lines.toString());
    assertEquals("  1 text a request", lines.get(head + 1));
    assertEquals("  amazon.titan-embed-text-v2:0 (default)", lines.get(head + 2));
    assertTrue(lines.get(head + 3).contains("  1,024 dims or others   8,192 tokens"));
    JsonNode bedrock = listed(program, "bedrock");
    assertEquals(1, bedrock.get("texts_per_request").intValue());
    assertEquals(96, bedrock.at("/models/1/texts_per_request").intValue());
  }

  @Test
  void saysWhichKeysAreSetAndNeverAKey() throws IOException {
    InProcess program = new InProcess(folder).with("VOYAGE_API_KEY", "pa-secret");

    assertTrue(listed(program, "voyage").get("key_set").booleanValue());
    assertFalse(listed(program, "openai").get("key_set").booleanValue());
    assertTrue(program.run("providers").out().contains("key VOYAGE_API_KEY (set)"));
    assertFalse(program.run("providers").out().contains("pa-secret"));
    assertFalse(program.run("providers", "--json").out().contains("pa-secret"));
  }

  @Test
  void aModelHasItsPriceWithDateAndSource() throws IOException {
    JsonNode model = listed(new InProcess(folder), "openai").at("/models/0");

    assertEquals(
        "{\"model\":\"text-embedding-3-small\",\"dimensions\":1536,\"shortens\":true,"
            + "\"tokens_per_text\":8192,\"usd_per_million_tokens\":0.02,\"price_as_of\":\"2026-01\","
            + "\"price_source\":\"OpenAI's pricing page\"}",
        model.toString());
  }

  @Test
  void aUsersCatalogIsInIt() throws IOException {
    ownCatalog(
        """
        {"openai": {"models": {"new-model": {"dimensions": 5}}},
         "together": {"wire": "openai", "base_url": "https://api.together.xyz/v1/",
                      "key": "TOGETHER_API_KEY", "counts": "texts"}}
        """);

    JsonNode together = listed(new InProcess(folder), "together");
    assertEquals("https://api.together.xyz/v1", together.get("base_url").textValue());
    assertEquals("texts", together.get("counts").textValue());
    assertTrue(
        listed(new InProcess(folder), "openai")
            .get("models")
            .toString()
            .contains("{\"model\":\"new-model\",\"dimensions\":5}"));
  }

  @Test
  void aProviderOfTheUsersOwnIsAskedWithoutARelease() throws IOException {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofMillis(1))) {
      ownCatalog(
          "{\"ours\":{\"wire\":\"openai\",\"base_url\":\""
              + server.baseUrl()
              + "\",\"key\":\"OUR_KEY\",\"default_model\":\"m\",\"texts_per_request\":3}}");
      Files.writeString(folder.resolve("in.txt"), "a\nb\nc\nd\n");
      List<String> run =
          new ArrayList<>(List.of("batch", folder.resolve("in.txt").toString(), "--provider=ours"));

      Ended without = new InProcess(folder).run(run.toArray(String[]::new));
      assertEquals(2, without.code());
      assertTrue(without.err().contains("the key of ours is missing: set OUR_KEY"), without.err());

      Ended with = new InProcess(folder).with("OUR_KEY", "k").run(run.toArray(String[]::new));
      assertEquals(0, with.code(), with.err());
      assertEquals(4, with.lines().size());
      assertEquals(3, server.mostTexts());
    }
  }

  @Test
  void aProviderWithoutAnAddressOrADefaultModelSaysSo() throws IOException {
    Files.writeString(folder.resolve("in.txt"), "a\n");
    InProcess program = new InProcess(folder).with("AZURE_OPENAI_API_KEY", "k");
    String input = folder.resolve("in.txt").toString();

    Ended noUrl = program.run("batch", input, "--provider=azure-openai");
    assertEquals(2, noUrl.code());
    assertTrue(noUrl.err().contains("--provider azure-openai needs --base-url"), noUrl.err());

    Ended noModel =
        program.run("batch", input, "--provider=azure-openai", "--base-url=http://127.0.0.1:1");
    assertEquals(2, noModel.code());
    assertTrue(noModel.err().contains("--provider azure-openai needs --model"), noModel.err());
  }

  @Test
  void azureNeedsItsKeyThoughItsAddressIsAlwaysGiven() throws IOException {
    Files.writeString(folder.resolve("in.txt"), "a\n");

    Ended ended =
        new InProcess(folder)
            .run(
                "batch",
                folder.resolve("in.txt").toString(),
                "--provider=azure-openai",
                "--base-url=http://127.0.0.1:1",
                "--model=m");

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("set AZURE_OPENAI_API_KEY"), ended.err());
  }

  @Test
  void aProviderOnTheNetworkCannotBeCalledLocal() throws IOException {
    ownCatalog("{\"local\":{\"wire\":\"openai\",\"base_url\":\"http://127.0.0.1:1\"}}");

    Ended ended = new InProcess(folder).run("providers");

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("catalog.json: local is the name of the model"), ended.err());
  }

  @Test
  void aNameThatIsNoProviderGetsTheNearestOne() throws IOException {
    Files.writeString(folder.resolve("in.txt"), "a\n");

    Ended ended =
        new InProcess(folder).run("batch", folder.resolve("in.txt").toString(), "--provider=voyag");

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("no provider 'voyag' among: local, openai"), ended.err());
    assertTrue(ended.err().contains("did you mean 'voyage'?"), ended.err());
  }
}
