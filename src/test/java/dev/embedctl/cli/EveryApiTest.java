package dev.embedctl.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.AzureOpenAiContractTest;
import dev.embedctl.provider.remote.AzureOpenAiV1ContractTest;
import dev.embedctl.provider.remote.CohereContractTest;
import dev.embedctl.provider.remote.CohereOnBedrockContractTest;
import dev.embedctl.provider.remote.GeminiContractTest;
import dev.embedctl.provider.remote.JinaContractTest;
import dev.embedctl.provider.remote.Loopback;
import dev.embedctl.provider.remote.MistralContractTest;
import dev.embedctl.provider.remote.OllamaContractTest;
import dev.embedctl.provider.remote.OpenAiContractTest;
import dev.embedctl.provider.remote.Recorded;
import dev.embedctl.provider.remote.TeiContractTest;
import dev.embedctl.provider.remote.TitanOnBedrockContractTest;
import dev.embedctl.provider.remote.VoyageContractTest;
import dev.embedctl.provider.remote.WireContract;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands against every API on the network, each as a server on loopback speaks it. */
@Timeout(60)
final class EveryApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = WireContract.KEY;

  /** Gives the replies that were recorded. */
  @RegisterExtension private static final WireMockExtension SERVER = WireContract.SERVER;

  @TempDir private Path folder;

  static Stream<Named<WireContract>> apis() {
    return Stream.<WireContract>of(
            new OpenAiContractTest(),
            new AzureOpenAiContractTest(),
            new AzureOpenAiV1ContractTest(),
            new VoyageContractTest(),
            new MistralContractTest(),
            new JinaContractTest(),
            new GeminiContractTest(),
            new CohereContractTest(),
            new TitanOnBedrockContractTest(),
            new CohereOnBedrockContractTest(),
            new OllamaContractTest(),
            new TeiContractTest())
        .map(api -> Named.of(api.getClass().getSimpleName().replace("ContractTest", ""), api));
  }

  private Ended run(WireContract api, String baseUrl, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(
        List.of(
            "--provider=" + api.name(),
            "--base-url=" + baseUrl,
            "--model=" + api.model(),
            "--api-key-env=" + WireContract.KEY_VARIABLE));
    api.inputTypeItNeeds()
        .ifPresent(type -> arguments.add("--input-type=" + type.name().toLowerCase(Locale.ROOT)));
    return new InProcess(folder)
        .with(WireContract.KEY_VARIABLE, KEY)
        .run(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("apis")
  void theSame250TextsGiveTheExactVectorsInOrderPackedToItsLimits(WireContract api)
      throws IOException {
    List<String> texts = new ArrayList<>();
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 250; i++) {
      String text = "text " + i + " \"größer\" 漢字 " + "x".repeat(i % 7 * 40);
      texts.add(text);
      input.append(JSON.writeValueAsString(text)).append('\n');
    }
    Path in = Files.writeString(folder.resolve("in.jsonl"), input);
    Path out = folder.resolve("out.jsonl");
    try (Loopback server = api.loopback()) {
      server.start();

      Ended ended = run(api, server.baseUrl(), "batch", in.toString(), "-o", out.toString());

      assertEquals(0, ended.code(), ended.err());
      List<Vector> vectors =
          texts.stream().map(text -> Vectors.of(text, api.dimensions())).toList();
      assertEquals(api.expected(vectors), vectorsIn(out, api.dimensions()));
      assertPackedToItsLimits(api, server.requests());
    }
  }

  private static List<Vector> vectorsIn(Path output, int dimensions) throws IOException {
    List<Vector> written = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      JsonNode record = JSON.readTree(line);
      assertEquals(written.size(), record.get("index").intValue());
      float[] values = new float[dimensions];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(record.get("embedding").get(i).asText());
      }
      written.add(Vector.wrap(values));
    }
    return written;
  }

  private static void assertPackedToItsLimits(WireContract api, List<Loopback.Request> requests) {
    CatalogProvider known = ProviderCatalog.builtIn().provider(api.name());
    ProviderLimits limits = known.limits(known.model(api.model()));
    int most = Math.min(250, limits.textsPerRequest());
    for (Loopback.Request request : requests) {
      assertTrue(request.texts().size() <= most, () -> request.texts().size() + " texts");
      assertTrue(request.bytes() <= limits.bytesPerRequest().orElse(Integer.MAX_VALUE));
    }
    assertEquals(
        most,
        requests.stream().mapToInt(each -> each.texts().size()).max().orElse(0),
        "requests are filled");
  }

  @ParameterizedTest
  @MethodSource("apis")
  void doctorSaysThatItCanBeUsed(WireContract api) throws IOException {
    try (Loopback server = api.loopback()) {
      server.start();

      Ended ended = run(api, server.baseUrl(), "doctor", "--json");

      assertEquals(0, ended.code(), ended.err());
      JsonNode report = JSON.readTree(ended.out());
      Map<String, String> verdicts = new TreeMap<>();
      for (JsonNode finding : report.get("findings")) {
        verdicts.put(finding.get("check").textValue(), finding.get("verdict").textValue());
      }
      for (String check : new String[] {"key", "same text", "order", "encoding"}) {
        assertEquals("ok", verdicts.get(check), check);
      }
      boolean together = api.inOneCall("one", "two", "three").size() > 1;
      assertEquals(together ? "ok" : null, verdicts.get("neighbours"));
      assertEquals(api.name(), report.at("/config/provider").textValue());
      assertEquals(api.model(), report.at("/config/model").textValue());
      assertEquals(together ? 4 : 3, server.requests().size());
      assertFalse((ended.out() + ended.err()).contains(KEY));
    }
  }

  @ParameterizedTest
  @MethodSource("apis")
  void doctorSaysWhyItCannotBeUsed(WireContract api) {
    assertTold(api, "SOME_KEY", api.badKey());
    api.noMoney().ifPresent(recorded -> assertTold(api, "", recorded));
    assertTold(api, "", api.unknownModel());
    assertTold(api, "try again in ", api.rateLimited());
  }

  private void assertTold(WireContract api, String what, Recorded recorded) {
    SERVER.resetAll();
    WireContract.answer(recorded);

    Ended ended = run(api, SERVER.baseUrl() + api.basePath(), "doctor", "--json");

    assertEquals(1, ended.code(), ended.out());
    assertEquals(2, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().lines().toList().get(1).contains(what), ended.err());
    assertFalse((ended.out() + ended.err()).contains(KEY));
    assertEquals(1, SERVER.findAll(postRequestedFor(anyUrl())).size());
  }

  @ParameterizedTest
  @CsvSource({"16,true", "3072,false"})
  void theMetricsSayWhetherGeminisVectorsWereMadeUnitLength(int dimensions, boolean normalized)
      throws IOException {
    WireContract gemini = new GeminiContractTest();
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");
    Path out = folder.resolve("out.jsonl");
    try (Loopback server = gemini.loopback()) {
      server.start();

      Ended ended =
          run(
              gemini,
              server.baseUrl(),
              "batch",
              in.toString(),
              "-o",
              out.toString(),
              "--dimensions=" + dimensions,
              "--max-attempts=1",
              "--on-error=collect");

      assertEquals(dimensions == gemini.dimensions() ? 0 : 4, ended.code(), ended.err());
      JsonNode metrics = JSON.readTree(Files.readString(folder.resolve("out.jsonl.metrics.json")));
      assertEquals(normalized, metrics.get("normalized").booleanValue());
      assertTrue(metrics.get("tokens").isNull(), "it counts none");
    }
  }

  @Test
  void teiMustBeToldWhereItIsAndWhichModelItHas() throws IOException {
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");
    try (Loopback server = new TeiContractTest().loopback()) {
      server.start();

      Ended nowhere =
          new InProcess(folder).run("batch", in.toString(), "--provider=tei", "--model=m");
      Ended noModel =
          new InProcess(folder)
              .run("batch", in.toString(), "--provider=tei", "--base-url=" + server.baseUrl());

      assertTrue(nowhere.err().contains("needs --base-url"), nowhere.err());
      assertTrue(noModel.err().contains("needs --model"), noModel.err());
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void ollamaNeedsNoKeyAndAModelThatWasPulled() throws IOException {
    List<Vector> vectors = List.of(Vectors.of("one", new OllamaContractTest().dimensions()));
    WireContract.answer(Recorded.of(200, new OllamaContractTest().reply(vectors)));
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");
    String[] batch = {
      "batch", in.toString(), "--provider=ollama", "--base-url=" + SERVER.baseUrl(), "--model=m"
    };

    Ended ended = new InProcess(folder).run(batch);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(
        SERVER.findAll(postRequestedFor(anyUrl())).stream()
            .noneMatch(request -> request.containsHeader("Authorization")));

    Ended without = new InProcess(folder).run("batch", in.toString(), "--provider=ollama");
    assertEquals(2, without.code());
    assertTrue(without.err().contains("needs --model"), without.err());
  }
}
