package dev.embedctl.service.table;

import dev.embedctl.cache.table.TableColumns;
import dev.embedctl.cache.table.TablePart;
import dev.embedctl.cache.table.TableRow;
import dev.embedctl.io.output.TableNames;
import dev.embedctl.io.readback.TableReader;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of a cache table on a file system. */
final class TableFiles {
  /** The columns of each file. */
  static final TableNames NAMES =
      new TableNames(TableColumns.KEY, TableColumns.VECTOR, TableColumns.CHECKSUM);

  /** Receives rows in the order of a file. */
  interface Receiver {
    /** Receives an intact row. */
    void row(TableRow row) throws IOException;

    /** Receives a row that counts as absent. */
    void damaged();
  }

  private TableFiles() {}

  /** The folders of all parts, by name. */
  static List<Path> partFolders(Path folder) throws IOException {
    return children(folder).stream()
        .filter(path -> TablePart.isFolder(path.getFileName().toString()))
        .filter(Files::isDirectory)
        .toList();
  }

  /**
   * The part whose folder this is.
   *
   * @throws InvalidInput if its description is missing, damaged or that of another part
   */
  static TablePart describedIn(Path partFolder) throws IOException {
    Path file = partFolder.resolve(TablePart.DESCRIPTION);
    try {
      return TablePart.read(
          Files.readAllBytes(file), file.toString(), partFolder.getFileName().toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInput(
          file
              + ": missing, so the model of these vectors is unknown; copy it from where the table"
              + " was written",
          e);
    }
  }

  /** The files with data, by name: those that Spark would read. */
  static List<Path> dataFiles(Path partFolder) throws IOException {
    return children(partFolder).stream()
        .filter(path -> !isHidden(path.getFileName().toString()))
        .filter(Files::isRegularFile)
        .toList();
  }

  /** Marks, checksums and temporary files of those who write the table. */
  private static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  /**
   * Reads the rows of a file.
   *
   * @throws InvalidInput if the file is damaged; the rows before were received
   */
  static void read(Path file, Receiver receiver) throws IOException {
    try (TableReader reader = TableReader.open(file, file.toString(), NAMES)) {
      reader.read(
          new TableReader.Receiver() {
            @Override
            public void row(byte[] key, float[] vector, int checksum) throws IOException {
              Optional<TableRow> row = TableRow.ofCells(key, vector, checksum);
              if (row.isPresent()) {
                receiver.row(row.get());
              } else {
                receiver.damaged();
              }
            }

            @Override
            public void incomplete() {
              receiver.damaged();
            }
          });
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
