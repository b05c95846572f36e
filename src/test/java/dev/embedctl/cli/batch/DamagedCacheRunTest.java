package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.MountedFolder;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code batch} on a cache that is damaged, full, read-only or no cache at all. */
final class DamagedCacheRunTest {
  private static final int TEXTS = 50;
  private static final int ROW = 48 + 4 * Float.BYTES;

  @TempDir private Path folder;
  private Path cache;
  private OpenAiServer server;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(4, Duration.ZERO);
    cache = folder.resolve("cache");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Embeds the texts from 0 on, and gives the exit code. */
  private int batch(int texts, String... options) {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < texts; i++) {
      input.append("\"text ").append(i).append("\"\n");
    }
    List<String> arguments =
        new ArrayList<>(List.of("batch", "--provider", "openai", "--base-url", server.baseUrl()));
    arguments.addAll(List.of("--model", "m", "--cache", cache.toString(), "--concurrency", "1"));
    arguments.addAll(List.of(options));
    return run(input.toString(), arguments.toArray(String[]::new));
  }

  private int run(String in, String... arguments) {
    out.reset();
    err.reset();
    return InProcess.run(in, out, err, Map.of(), folder, arguments);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private List<String> printed() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Each line as it was, but for where its vector came from. */
  private List<String> vectors() {
    return printed().stream().map(line -> line.replaceAll("\"cached\":\\w+", "")).toList();
  }

  private long asked() {
    return server.asked().values().stream().mapToInt(Integer::intValue).sum();
  }

  private Path only(String name) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files
          .filter(file -> file.getFileName().toString().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private void damageRow(int row) throws IOException {
    byte[] bytes = Files.readAllBytes(only("vec-000000.seg"));
    bytes[row * ROW + ROW - 1] ^= 1;
    Files.write(only("vec-000000.seg"), bytes);
  }

  @Test
  void damagedVectorsAreCountedInOneLinePaidForAgainAndNotSpokenOfAgain() throws IOException {
    batch(TEXTS);
    List<String> before = vectors();
    damageRow(3);
    damageRow(7);

    assertEquals(0, batch(TEXTS));

    assertEquals(
        "embedctl: the cache was damaged: 2 vectors are lost and will be paid for again when needed;"
            + " damaged data is set aside in "
            + only("damaged-vec-000000.seg.jsonl")
            + "; everything else is intact\n",
        said());
    assertEquals(TEXTS + 2, asked());
    assertEquals(before, vectors());
    assertEquals(0, batch(TEXTS));
    assertEquals("", said());
    assertEquals(TEXTS + 2, asked());
    assertEquals(before, vectors());
  }

  @Test
  void whatIsDamagedIsToldThoughTheRunFails() throws IOException {
    batch(TEXTS);
    damageRow(3);

    assertEquals(1, batch(TEXTS, "--cache-only"));

    assertEquals(2, said().lines().count(), this::said);
    assertTrue(said().startsWith("embedctl: the cache was damaged: 1 vector is lost"), this::said);
  }

  @Test
  void aQuietRunRepairsItsCacheQuietly() throws IOException {
    batch(TEXTS);
    damageRow(3);

    assertEquals(0, batch(TEXTS, "-q"));

    assertEquals("", said());
    assertTrue(Files.exists(only("damaged-vec-000000.seg.jsonl")));
  }

  @Test
  void aCutLogAndALostMetaCostWhatWasCutOff() throws IOException {
    batch(TEXTS);
    Path segment = only("vec-000000.seg");
    Files.write(segment, Arrays.copyOf(Files.readAllBytes(segment), 40 * ROW + 5));
    Files.write(only("meta.json"), new byte[10]);

    assertEquals(0, batch(TEXTS));

    assertTrue(
        said()
            .startsWith(
                "embedctl: the cache was damaged: 1 vector is lost and will be paid for again when"
                    + " needed; rebuilt from the vectors: meta.json; damaged data is set aside in "
                    + only("damaged-meta.json")
                    + " and 1 more"),
        this::said);
    assertEquals(1, said().lines().count(), this::said);
    assertEquals(TEXTS + 10, asked());
  }

  @Test
  void theCacheCommandsFindWhatWasSetAsideAndClearIt() throws IOException {
    batch(TEXTS);
    damageRow(3);
    batch(TEXTS);
    String line = only("damaged-vec-000000.seg.jsonl") + " was damaged and set aside: ";

    assertEquals(0, run("", "cache", "stats", "--cache", cache.toString()));
    assertTrue(printed().get(1).startsWith(line), () -> printed().toString());
    assertTrue(printed().get(0).contains(": 50 vectors of 4"), () -> printed().toString());
    assertFalse(printed().get(0).contains(" damaged"), () -> printed().toString());
    assertEquals(0, run("", "cache", "verify", "--cache", cache.toString()));
    assertTrue(printed().get(0).startsWith(line), () -> printed().toString());
    assertEquals("50 rows, 0 damaged", printed().get(1));
    assertEquals(0, run("", "cache", "compact", "--cache", cache.toString()));
    assertEquals(0, run("", "cache", "stats", "--cache", cache.toString()));
    assertEquals(2, printed().size(), () -> printed().toString());
  }

  @Test
  void aNewerCacheIsRefusedBeforeAnythingIsSentAndStaysAsItIs() throws IOException {
    batch(TEXTS);
    Path meta = only("meta.json");
    String newer = Files.readString(meta).replace("\"format\" : 1", "\"format\" : 2");
    Files.writeString(meta, newer);

    assertEquals(1, batch(TEXTS + 1));

    assertEquals(
        "embedctl: the cache "
            + meta.getParent()
            + " was written by a newer embedctl (format 2, this one supports 1): use that version, or"
            + " another --cache\n",
        said());
    assertEquals(TEXTS, asked());
    assertEquals(newer, Files.readString(meta));
  }

  @Test
  void aFileWhereTheCacheShouldBeIsRefusedBeforeAnythingIsSent() throws IOException {
    Files.writeString(cache, "a file");

    assertEquals(1, batch(TEXTS));

    assertEquals(
        "embedctl: cannot open the cache "
            + cache
            + ": a file exists at this place ("
            + cache
            + "); use another --cache, or --no-cache\n",
        said());
    assertEquals(0, asked());
  }

  @Test
  void aReadOnlyCacheIsRefusedBeforeAnythingIsSent() throws IOException {
    try (MountedFolder disk = MountedFolder.at(cache, 1024)) {
      batch(TEXTS);
      disk.makeReadOnly();

      assertEquals(1, batch(TEXTS + 1));

      assertTrue(said().startsWith("embedctl: cannot open the cache " + cache + ": "), this::said);
      assertTrue(said().contains("Read-only file system"), this::said);
      assertTrue(said().endsWith("; use another --cache, or --no-cache\n"), this::said);
      assertEquals(1, said().lines().count(), this::said);
      assertEquals(TEXTS, asked());
      disk.makeWritable();
      assertEquals(0, batch(TEXTS + 1));
      assertEquals(TEXTS + 1, asked());
    }
  }

  @Test
  void aFullDiskUnderTheCacheCostsNoTextItsVectorAndLosesNoneThatIsThere() throws IOException {
    int texts = 2000;
    try (MountedFolder disk = MountedFolder.at(cache, 64)) {
      assertEquals(0, batch(500));

      assertEquals(1, batch(texts, "--chunk-size", "100", "--texts-per-request", "100"));

      assertEquals(texts, printed().size(), "each text is paid for and has its line");
      assertTrue(said().contains("the cache cannot store more vectors: "), this::said);
      assertTrue(said().contains("No space left on device"), this::said);
      assertEquals(texts, asked(), "and none of them twice");
      List<String> whole = vectors();
      assertEquals(1, batch(texts));
      assertEquals(whole, vectors());
      assertTrue(asked() < 2 * texts - 500, "what had fitted is served");
      assertFalse(said().contains("damaged"), this::said);
      assertEquals(cache, disk.path());
    }
  }

  @Test
  void aDiskWithoutRoomForACacheIsRefusedBeforeAnythingIsSent() throws IOException {
    try (MountedFolder disk = MountedFolder.at(cache, 8)) {
      byte[] ballast = new byte[8192];
      Files.write(disk.path().resolve("ballast"), Arrays.copyOf(ballast, 4096));

      assertEquals(1, batch(TEXTS));

      assertTrue(said().contains("No space left on device"), this::said);
      assertEquals(0, asked());
    }
  }
}
