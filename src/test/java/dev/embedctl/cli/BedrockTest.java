package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.remote.CohereOnBedrockContractTest;
import dev.embedctl.provider.remote.TitanOnBedrockContractTest;
import dev.embedctl.provider.remote.WireContract;
import dev.embedctl.provider.remote.aws.AwsServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands against Bedrock with the credentials of a machine. */
@Timeout(60)
final class BedrockTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  static Stream<Named<WireContract>> models() {
    return Stream.<WireContract>of(
            new TitanOnBedrockContractTest(), new CohereOnBedrockContractTest())
        .map(api -> Named.of(api.model(), api));
  }

  private static AwsServer server(WireContract api) throws IOException {
    return new AwsServer(
        Clock.systemUTC(),
        api::textsOf,
        texts ->
            api.reply(texts.stream().map(text -> Vectors.of(text, api.dimensions())).toList()));
  }

  private InProcess program(AwsServer server) {
    return new InProcess(folder)
        .with("HOME", folder.toString())
        .with("AWS_REGION", AwsServer.REGION)
        .with("AWS_EC2_METADATA_DISABLED", "true")
        .with("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.address());
  }

  private static InProcess withKeys(InProcess program) {
    return program
        .with("AWS_ACCESS_KEY_ID", AwsServer.ACCESS_KEY)
        .with("AWS_SECRET_ACCESS_KEY", AwsServer.SECRET_KEY);
  }

  private static String[] arguments(WireContract api, String... first) {
    List<String> arguments = new ArrayList<>(List.of(first));
    arguments.add("--provider=bedrock");
    arguments.add("--model=" + api.model());
    api.inputTypeItNeeds()
        .ifPresent(type -> arguments.add("--input-type=" + type.name().toLowerCase(Locale.ROOT)));
    return arguments.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theSame250TextsGiveTheExactVectorsByCallsThatAreSignedWell(WireContract api)
      throws IOException {
    List<Vector> expected = new ArrayList<>();
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 250; i++) {
      String text = "text " + i + " \"größer\" 漢字 " + "x".repeat(i % 7 * 40);
      expected.add(Vectors.of(text, api.dimensions()));
      input.append(JSON.writeValueAsString(text)).append('\n');
    }
    Path in = Files.writeString(folder.resolve("in.jsonl"), input);
    Path out = folder.resolve("out.jsonl");
    try (AwsServer server = server(api)) {
      Ended ended =
          withKeys(program(server))
              .run(arguments(api, "batch", in.toString(), "-o", out.toString()));

      assertEquals(0, ended.code(), ended.err());
      assertEquals(250, server.embedded().stream().mapToInt(List::size).sum(), "no call twice");
    }
    List<Vector> written = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      JsonNode numbers = JSON.readTree(line).get("embedding");
      float[] values = new float[numbers.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(numbers.get(i).asText());
      }
      written.add(Vector.wrap(values));
    }
    assertEquals(expected, written);
  }

  @Test
  void eachAttemptIsSignedAnew() throws IOException {
    WireContract api = new TitanOnBedrockContractTest();
    Path in = Files.writeString(folder.resolve("in.txt"), "one\ntwo\nthree\n");
    try (AwsServer server = server(api)) {
      server.throttleNext(2);

      Ended ended = withKeys(program(server)).run(arguments(api, "batch", in.toString()));

      assertEquals(0, ended.code(), ended.err());
      assertEquals(3, server.embedded().size());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void doctorFindsThatItCanBeUsedWithoutAKey(WireContract api) throws IOException {
    try (AwsServer server = server(api)) {
      Ended ended = withKeys(program(server)).run(arguments(api, "doctor", "--json"));

      assertEquals(0, ended.code(), ended.err());
      assertFalse((ended.out() + ended.err()).contains(AwsServer.SECRET_KEY));
    }
  }

  @Test
  void aRunWithoutCredentialsEndsInOneLineThatNamesWhatToSet() throws IOException {
    WireContract api = new TitanOnBedrockContractTest();
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");
    try (AwsServer server = server(api)) {
      Ended ended = program(server).run(arguments(api, "batch", in.toString()));

      assertEquals(2, ended.code(), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertTrue(
          ended.err().contains("bedrock: no AWS credentials found: set AWS_BEARER"), ended.err());
      assertEquals(List.of(), server.embedded());
    }
  }

  @Test
  void aProfileThatNamesCredentialsIsReadAtTheFirstCall() throws IOException {
    Files.createDirectories(folder.resolve(".aws"));
    Path profiles = folder.resolve(".aws/credentials");
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");
    String[] run = arguments(new TitanOnBedrockContractTest(), "batch", in.toString());
    try (AwsServer server = server(new TitanOnBedrockContractTest())) {
      Files.writeString(profiles, "[default]\naws_access_key_id = a\n");
      Ended damaged = program(server).run(run);
      assertEquals(1, damaged.code(), damaged.err());
      assertTrue(damaged.err().contains("aws_secret_access_key is missing"), damaged.err());

      Files.writeString(profiles, "[default]\nregion = eu-west-1\n");
      Ended none = program(server).run(run);
      assertEquals(2, none.code(), none.err());
    }
  }

  @Test
  void aSecretThatIsWrongEndsTheRunAndIsNotPrinted() throws IOException {
    WireContract api = new TitanOnBedrockContractTest();
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");
    try (AwsServer server = server(api)) {
      Ended ended =
          withKeys(program(server))
              .with("AWS_SECRET_ACCESS_KEY", "wrong-secret-key")
              .run(arguments(api, "batch", in.toString()));

      assertTrue(ended.err().contains("the credentials were refused"), ended.err());
      assertTrue(ended.err().contains("(credentials: AWS_ACCESS_KEY_ID)"), ended.err());
      assertFalse(ended.err().contains("wrong-secret-key"), ended.err());
    }
  }

  @Test
  void withoutARegionTheMessageSaysHowToSetOne() throws IOException {
    Path in = Files.writeString(folder.resolve("in.txt"), "one\n");

    Ended ended =
        new InProcess(folder)
            .with("HOME", folder.toString())
            .run(arguments(new TitanOnBedrockContractTest(), "batch", in.toString()));

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("the AWS region is unknown: set AWS_REGION"), ended.err());
  }
}
