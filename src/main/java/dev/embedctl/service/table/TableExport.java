package dev.embedctl.service.table;

import dev.embedctl.cache.Row;
import dev.embedctl.cache.RowExport;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.table.TablePart;
import dev.embedctl.cache.table.TableRow;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.output.TableWriter;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Adds the vectors of a cache to a cache table that lack there. A file is visible to readers of the
 * table once it is complete, so an export that was killed is continued by the next one.
 */
public final class TableExport implements RowExport.Receiver, AutoCloseable {
  /** The approximate size of a file: a block of Hadoop's file system. */
  private static final long FILE_BYTES = 128L << 20;

  /** The name of a file until it is complete; readers of Parquet ignore it. */
  private static final String UNFINISHED = "_unfinished.parquet";

  private final Path folder;
  private final long fileBytes;
  private Optional<Open> open = Optional.empty();

  /** A file that is being written. */
  private record Open(Path path, TableWriter writer) {}

  /**
   * Adds to the table in a folder, which is created if it does not exist.
   *
   * @throws Usage if it is not a folder
   */
  public TableExport(Path folder) {
    this(folder, FILE_BYTES);
  }

  TableExport(Path folder, long fileBytes) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new Usage(folder + ": is not a folder; name the folder of a cache table");
    }
    this.folder = folder;
    this.fileBytes = fileBytes;
  }

  @Override
  public void begin(EmbeddingSpec spec, RowExport.KnownKeys known) throws IOException {
    finish();
    TablePart part = new TablePart(spec);
    Path partFolder = folder.resolve(part.folder());
    CacheFiles.createFolder(partFolder);
    describe(part, partFolder);
    for (Path file : TableFiles.dataFiles(partFolder)) {
      TableFiles.read(
          file,
          new TableFiles.Receiver() {
            @Override
            public void row(TableRow row) {
              known.add(row.key());
            }

            @Override
            public void damaged() {
              // Its vector is written again.
            }
          });
    }
  }

  private static void describe(TablePart part, Path partFolder) throws IOException {
    Path description = partFolder.resolve(TablePart.DESCRIPTION);
    if (Files.exists(description)) {
      TableFiles.describedIn(partFolder);
    } else {
      byte[] text = part.description();
      try (OutputFile file = OutputFile.open(description)) {
        file.write(text, 0, text.length);
        file.commit();
      }
    }
  }

  @Override
  public void row(EmbeddingSpec spec, Row row) throws IOException {
    Open file = open.orElseGet(() -> opened(folder.resolve(new TablePart(spec).folder())));
    open = Optional.of(file);
    TableRow written = new TableRow(row.key(), row.vector());
    file.writer().add(written.key().bytes(), written.vector(), written.checksum());
    if (file.writer().bytes() >= fileBytes) {
      finish();
    }
  }

  private static Open opened(Path partFolder) {
    Path path = partFolder.resolve(UNFINISHED);
    return new Open(path, new TableWriter(OutputFile.open(path), TableFiles.NAMES));
  }

  @Override
  public void end() throws IOException {
    finish();
  }

  private void finish() throws IOException {
    if (open.isPresent()) {
      Path path = open.get().path();
      try (TableWriter writer = open.get().writer()) {
        open = Optional.empty();
        writer.commit();
      }
      String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      CacheFiles.publish(path, path.resolveSibling("part-" + unique + ".parquet"));
    }
  }

  /** Discards the file that is not complete. */
  @Override
  public void close() {
    open.ifPresent(file -> file.writer().close());
    open = Optional.empty();
  }
}
