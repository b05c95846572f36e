package dev.embedctl.service.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.CacheMaintenance;
import dev.embedctl.cache.CopyReport;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.NamespaceFilter;
import dev.embedctl.cache.Row;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cache.table.RowChecksum;
import dev.embedctl.cache.table.TablePart;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.output.TableWriter;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.DuckDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies between caches and cache tables, which DuckDB reads and writes beside us. */
final class CacheTableTest {
  private static final LockTerms AT_ONCE =
      new LockTerms("embedctl test", Duration.ZERO, notice -> {});
  private static final EmbeddingSpec SMALL = spec("small");
  private static final EmbeddingSpec LARGE = spec("large");

  @TempDir Path folder;
  private Path table;

  @BeforeEach
  void nameTable() {
    table = folder.resolve("table");
  }

  private static EmbeddingSpec spec(String model) {
    return new EmbeddingSpec(
        "openai", "", model, OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  }

  /** Vectors of random bits, with the smallest and largest floats among them. */
  private static Map<CacheKey, Vector> vectors(EmbeddingSpec spec, int count) {
    Random random = new Random(spec.model().hashCode());
    Map<CacheKey, Vector> vectors = new HashMap<>();
    CacheKeys keys = new CacheKeys(spec);
    for (int i = 0; i < count; i++) {
      float[] values = {0f, -0f, Float.MIN_VALUE, -Float.MAX_VALUE, 0f};
      do {
        values[4] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[4]));
      vectors.put(keys.keyOf("text " + i), Vector.wrap(values));
    }
    return vectors;
  }

  private Path cache(String name) {
    return folder.resolve(name);
  }

  private void store(String cache, EmbeddingSpec spec, Map<CacheKey, Vector> vectors)
      throws IOException {
    try (LogCache log = LogCache.open(cache(cache), spec, AT_ONCE, InstantSource.system())) {
      log.store(vectors);
    }
  }

  private Map<CacheKey, Vector> stored(
      String cache, EmbeddingSpec spec, Map<CacheKey, Vector> asked) throws IOException {
    try (LogCache log =
        LogCache.openReadOnly(cache(cache), spec, AT_ONCE, InstantSource.system())) {
      return log.lookup(List.copyOf(asked.keySet()));
    }
  }

  private CacheMaintenance maintenance(String cache) {
    return new CacheMaintenance(cache(cache), AT_ONCE, InstantSource.system());
  }

  private CopyReport export(String cache, long fileBytes) throws IOException {
    try (TableExport export = new TableExport(table, fileBytes)) {
      return maintenance(cache).exportTo(export, NamespaceFilter.ALL);
    }
  }

  private CopyReport export(String cache) throws IOException {
    return export(cache, Long.MAX_VALUE);
  }

  private Path partFolder(EmbeddingSpec spec) {
    return table.resolve(new TablePart(spec).folder());
  }

  private List<Path> dataFiles(EmbeddingSpec spec) throws IOException {
    return TableFiles.dataFiles(partFolder(spec));
  }

  @Test
  void allVectorsOfAllModelsAreTheSameBitForBitInTheOtherCache() throws IOException {
    store("from", SMALL, vectors(SMALL, 700));
    store("from", LARGE, vectors(LARGE, 3));

    assertEquals(new CopyReport(703, 0), export("from"));
    assertEquals(new CopyReport(703, 0), maintenance("to").importFrom(new TableImport(table)));

    assertEquals(vectors(SMALL, 700), stored("to", SMALL, vectors(SMALL, 700)));
    assertEquals(vectors(LARGE, 3), stored("to", LARGE, vectors(LARGE, 3)));
  }

  @Test
  void anImportChangesNothingThatIsInTheCache() throws IOException {
    Map<CacheKey, Vector> one = vectors(SMALL, 1);
    CacheKey key = one.keySet().iterator().next();
    store("from", SMALL, vectors(SMALL, 10));
    export("from");
    store("to", SMALL, Map.of(key, Vector.wrap(5, 4, 3, 2, 1)));

    assertEquals(new CopyReport(9, 1), maintenance("to").importFrom(new TableImport(table)));

    assertEquals(Map.of(key, Vector.wrap(5, 4, 3, 2, 1)), stored("to", SMALL, one));
  }

  @Test
  void anExportAddsOnlyWhatTheTableLacks() throws IOException {
    store("from", SMALL, vectors(SMALL, 300));
    export("from");
    List<Path> files = dataFiles(SMALL);

    assertEquals(new CopyReport(0, 300), export("from"));
    assertEquals(files, dataFiles(SMALL));

    store("from", SMALL, vectors(SMALL, 310));
    assertEquals(new CopyReport(10, 300), export("from"));
    assertEquals(new CopyReport(310, 0), maintenance("to").importFrom(new TableImport(table)));
  }

  @Test
  void aLargeExportIsSeveralFiles() throws IOException {
    store("from", SMALL, vectors(SMALL, 3_000));

    export("from", 20_000);

    assertTrue(dataFiles(SMALL).size() > 3, dataFiles(SMALL).toString());
    maintenance("to").importFrom(new TableImport(table));
    assertEquals(vectors(SMALL, 3_000), stored("to", SMALL, vectors(SMALL, 3_000)));
  }

  @Test
  void duckDbReadsTheTableWithItsPartition() throws IOException {
    store("from", SMALL, vectors(SMALL, 20));
    store("from", LARGE, vectors(LARGE, 3));
    export("from");

    String all = "read_parquet({}, hive_partitioning = true)";
    Path files = table.resolve("*/*.parquet");
    assertEquals(
        List.of("key BLOB", "vector FLOAT[]", "checksum INTEGER", "spec VARCHAR"),
        DuckDb.columns(all, files));
    assertEquals(
        List.of(List.of(20L, 5L)),
        DuckDb.rows(
            "SELECT count(*), max(len(vector)) FROM "
                + all
                + " WHERE spec = '"
                + new TablePart(SMALL).name()
                + "'",
            files));
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "zstd", "gzip", "lz4_raw", "uncompressed"})
  void filesOfOtherWritersAreReadHoweverTheyAreCompressed(String codec) throws IOException {
    store("from", SMALL, vectors(SMALL, 2_500));
    export("from");
    Path ours = dataFiles(SMALL).getFirst();
    Path theirs = partFolder(SMALL).resolve("part-00000-1f.c000." + codec + ".parquet");
    DuckDb.writeParquet(
        "SELECT checksum, vector, key, 'x' AS other FROM read_parquet('" + ours + "')",
        ", COMPRESSION " + codec + ", ROW_GROUP_SIZE 2048",
        theirs);
    Files.delete(ours);

    assertEquals(new CopyReport(2_500, 0), maintenance("to").importFrom(new TableImport(table)));

    assertEquals(vectors(SMALL, 2_500), stored("to", SMALL, vectors(SMALL, 2_500)));
  }

  @Test
  void damagedAndIncompleteRowsAreCountedAndLeftOut() throws IOException {
    store("from", SMALL, vectors(SMALL, 10));
    export("from");
    Path ours = dataFiles(SMALL).getFirst();
    DuckDb.writeParquet(
        "SELECT CASE n WHEN 1 THEN NULL WHEN 2 THEN 'short'::BLOB ELSE key END AS key,"
            + " CASE n WHEN 3 THEN NULL WHEN 4 THEN [] WHEN 5 THEN [1::FLOAT, NULL]"
            + " ELSE vector END AS vector,"
            + " CASE n WHEN 6 THEN NULL WHEN 7 THEN 7 ELSE checksum END AS checksum"
            + " FROM (SELECT *, row_number() OVER () AS n FROM read_parquet('"
            + ours
            + "'))",
        "",
        partFolder(SMALL).resolve("part-damaged.parquet"));
    Files.delete(ours);
    TableImport rows = new TableImport(table);

    assertEquals(new CopyReport(3, 0), maintenance("to").importFrom(rows));

    assertEquals(7, rows.damagedRows());
    assertEquals(List.of(), rows.unreadable());
  }

  @Test
  void aVectorWhoseRowIsDamagedIsExportedAgain() throws IOException {
    store("from", SMALL, vectors(SMALL, 10));
    export("from");
    Path ours = dataFiles(SMALL).getFirst();
    DuckDb.writeParquet(
        "SELECT key, vector, CASE WHEN row_number() OVER () <= 3 THEN 7 ELSE checksum END"
            + " AS checksum FROM read_parquet('"
            + ours
            + "')",
        "",
        partFolder(SMALL).resolve("part-damaged.parquet"));
    Files.delete(ours);

    assertEquals(new CopyReport(3, 7), export("from"));
    assertEquals(new CopyReport(10, 0), maintenance("to").importFrom(new TableImport(table)));
  }

  @Test
  void filesThatAJobHasNotCompletedAreIgnored() throws IOException {
    store("from", SMALL, vectors(SMALL, 10));
    export("from");
    byte[] half = {'P', 'A', 'R', '1', 0};
    for (String name :
        List.of(
            "_temporary/0/spec=x/part-0.parquet",
            "_SUCCESS",
            "_committed_17",
            ".spark-staging-1/part-0.parquet",
            partFolder(SMALL).getFileName() + "/_temporary/0/part-0.parquet",
            partFolder(SMALL).getFileName() + "/.part-0.parquet.crc",
            partFolder(SMALL).getFileName() + "/_unfinished.parquet",
            partFolder(SMALL).getFileName() + "/_unfinished.parquet.part")) {
      Files.createDirectories(table.resolve(name).getParent());
      Files.write(table.resolve(name), half);
    }
    TableImport rows = new TableImport(table);

    assertEquals(new CopyReport(10, 0), maintenance("to").importFrom(rows));

    assertEquals(List.of(), rows.unreadable());
    store("from", SMALL, vectors(SMALL, 12));
    assertEquals(new CopyReport(2, 10), export("from"));
    assertEquals(new CopyReport(2, 10), maintenance("to").importFrom(new TableImport(table)));
  }

  @Test
  void aFileThatCannotBeReadIsReportedAndTheOthersAreImported() throws IOException {
    store("from", SMALL, vectors(SMALL, 3_000));
    export("from", 20_000);
    Path cut = dataFiles(SMALL).get(1);
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 9));
    TableImport rows = new TableImport(table);

    CopyReport report = maintenance("to").importFrom(rows);

    assertEquals(1, rows.unreadable().size());
    String message = rows.unreadable().getFirst().getMessage();
    assertTrue(message.startsWith(cut + ": not a complete Parquet file: "), message);
    assertTrue(report.added() > 2_000 && report.added() < 3_000, report.toString());
  }

  @Test
  void aFileWithOtherColumnsIsReported() throws IOException {
    store("from", SMALL, vectors(SMALL, 1));
    export("from");
    Path other = partFolder(SMALL).resolve("other.parquet");
    DuckDb.writeParquet("SELECT 'a' AS key, [1.5::DOUBLE] AS vector, 1 AS checksum", "", other);
    TableImport rows = new TableImport(table);

    assertEquals(new CopyReport(1, 0), maintenance("to").importFrom(rows));

    assertEquals(
        other
            + ": not a file of a cache table: it needs the columns key (binary), vector (list of"
            + " float) and checksum (int32)",
        rows.unreadable().getFirst().getMessage());
  }

  @Test
  void aVectorOfOtherDimensionsIsReported() throws IOException {
    store("from", SMALL, vectors(SMALL, 10));
    export("from");
    Path other = partFolder(SMALL).resolve("shorter.parquet");
    CacheKey key = new CacheKeys(SMALL).keyOf("another text");
    Vector shorter = Vector.wrap(1, 2);
    try (TableWriter writer = new TableWriter(OutputFile.open(other), TableFiles.NAMES)) {
      writer.add(key.bytes(), shorter, RowChecksum.of(key.bytes(), shorter.toArray()));
      writer.commit();
    }
    TableImport rows = new TableImport(table);

    assertEquals(new CopyReport(10, 0), maintenance("to").importFrom(rows));

    assertEquals(
        other + ": a vector of 2 dimensions, but the others have 5",
        rows.unreadable().getFirst().getMessage());
  }

  @Test
  void vectorsUnderTheNameOfAnotherModelAreRefusedBeforeTheFirst() throws IOException {
    store("from", SMALL, vectors(SMALL, 10));
    store("from", LARGE, vectors(LARGE, 10));
    export("from");
    Files.copy(
        partFolder(LARGE).resolve("_spec.json"),
        partFolder(SMALL).resolve("_spec.json"),
        StandardCopyOption.REPLACE_EXISTING);

    for (Runnable copy :
        List.<Runnable>of(
            () -> maintenance("to").importFrom(new TableImport(table)),
            () -> {
              try {
                export("from");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })) {
      String message = assertThrows(InvalidInput.class, copy::run).getMessage();
      assertTrue(
          message.startsWith(
              partFolder(SMALL).resolve("_spec.json")
                  + ": describes the vectors of another folder, spec="),
          message);
    }
    assertEquals(Map.of(), stored("to", LARGE, vectors(LARGE, 10)));
  }

  @Test
  void aPartWithoutADescriptionIsRefused() throws IOException {
    store("from", SMALL, vectors(SMALL, 10));
    export("from");
    Files.delete(partFolder(SMALL).resolve("_spec.json"));

    String message =
        assertThrows(InvalidInput.class, () -> maintenance("to").importFrom(new TableImport(table)))
            .getMessage();

    assertTrue(message.startsWith(partFolder(SMALL).resolve("_spec.json") + ": missing"), message);
  }

  @Test
  void aFolderThatIsNoTableIsRefused() {
    String message =
        assertThrows(
                InvalidInput.class, () -> maintenance("to").importFrom(new TableImport(folder)))
            .getMessage();

    assertEquals(
        folder + ": not a cache table: it contains no folder spec=… with vectors", message);
  }

  @Test
  void aFileIsNoFolderOfATable() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    String message = assertThrows(Usage.class, () -> new TableExport(file)).getMessage();

    assertEquals(file + ": is not a folder; name the folder of a cache table", message);
  }

  @Test
  void anExportThatEndsEarlyLeavesNoVisibleFileButItsCompleteOnes() throws IOException {
    Map<CacheKey, Vector> vectors = vectors(SMALL, 10);
    try (TableExport export = new TableExport(table, Long.MAX_VALUE)) {
      export.begin(SMALL, key -> {});
      vectors.forEach(
          (key, vector) -> {
            try {
              export.row(SMALL, new Row(key, vector, 0));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
    }

    try (Stream<Path> files = Files.list(partFolder(SMALL))) {
      assertEquals(List.of(partFolder(SMALL).resolve("_spec.json")), files.sorted().toList());
    }
  }
}
