package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every sample, embedded by the default model. */
final class SamplesIT {
  private static final Path SAMPLES = Embedctl.BASE.resolve("samples");

  @TempDir private Path folder;

  private List<Output.Line> embed(String sample, String... more) throws Exception {
    Ended ended =
        new Embedctl(folder)
            .run(
                Stream.concat(
                        Stream.of("batch", SAMPLES.resolve(sample).toString()), Stream.of(more))
                    .toArray(String[]::new));
    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    List<Output.Line> lines = ended.lines().stream().map(Output::line).toList();
    for (int i = 0; i < lines.size(); i++) {
      assertEquals(i, lines.get(i).index());
      assertEquals(384, lines.get(i).vector().dimensions());
    }
    return lines;
  }

  @Test
  void everySampleIsEmbedded() throws Exception {
    try (Stream<Path> samples = Files.list(SAMPLES)) {
      for (Path sample : samples.filter(SamplesIT::isInput).toList()) {
        String name = sample.getFileName().toString();
        List<Output.Line> lines =
            name.startsWith("products")
                ? embed(name, "--template", "{title}: {description}", "--id-field", "sku")
                : embed(name);
        assertTrue(lines.size() > 5, name + " has " + lines.size() + " records");
      }
    }
  }

  private static boolean isInput(Path sample) {
    String name = sample.getFileName().toString();
    return Files.isRegularFile(sample)
        && !name.endsWith(".md")
        && !name.endsWith(".properties")
        && !name.endsWith(".java");
  }

  private Ended withSettings(String... more) throws Exception {
    return new Embedctl(folder)
        .run(
            Stream.concat(
                    Stream.of(
                        "batch",
                        SAMPLES.resolve("notes.txt").toString(),
                        "--config",
                        SAMPLES.resolve("config.properties").toString()),
                    Stream.of(more))
                .toArray(String[]::new));
  }

  @Test
  void theSettingsCountAndSoDoTheirProfiles() throws Exception {
    assertEquals(12, withSettings().lines().size());
    assertTrue(withSettings("--show-config").lines().contains("cache-wait = 2m"));
    for (String profile : List.of("openai", "server")) {
      Ended ended = withSettings("--profile", profile, "--dry-run");
      assertEquals("", ended.err());
      assertTrue(ended.lines().contains("  \"provider\" : \"openai\","), ended.out());
    }
  }

  @Test
  void theQuotesKeepTheirIdsAndMetadata() throws Exception {
    List<Output.Line> lines = embed("quotes.jsonl", "--metadata", "topic");

    assertTrue(lines.size() >= 200);
    for (Output.Line line : lines) {
      assertTrue(line.id().isPresent());
      assertTrue(line.whole().get("metadata").get("topic").isTextual());
    }
  }

  @Test
  void theLibrarySampleEmbedsAListOfTexts() throws Exception {
    Path home = Path.of(System.getProperty("embedctl.home"));
    Path out = folder.resolve("out.txt");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                home.resolve("lib/embedctl.jar").toString(),
                SAMPLES.resolve("EmbedTexts.java").toString(),
                home.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    assertEquals(0, java.waitFor(), Files.readString(out));
    assertEquals(List.of("0: 384 dimensions", "1: 384 dimensions"), Files.readAllLines(out));
    assertTrue(Files.readAllLines(SAMPLES.resolve("EmbedTexts.java")).size() < 20);
  }
}
