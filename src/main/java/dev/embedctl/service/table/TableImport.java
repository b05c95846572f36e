package dev.embedctl.service.table;

import dev.embedctl.cache.RowImport;
import dev.embedctl.cache.table.TablePart;
import dev.embedctl.cache.table.TableRow;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends the vectors of a cache table to a cache. Damaged rows are left out, and so is the rest of a
 * file that cannot be read; both are counted. An import that was killed can be repeated.
 */
public final class TableImport implements RowImport.Source {
  private final Path folder;
  private final List<InvalidInput> unreadable = new ArrayList<>();
  private long damaged;

  public TableImport(Path folder) {
    this.folder = folder;
  }

  /**
   * Sends all rows.
   *
   * @throws InvalidInput before the first row, if the folder is no cache table or a part of it has
   *     no valid description
   */
  @Override
  public void sendTo(RowImport rows) throws IOException {
    for (Map.Entry<Path, TablePart> part : parts().entrySet()) {
      for (Path file : TableFiles.dataFiles(part.getKey())) {
        send(file, part.getValue().spec(), rows);
      }
    }
  }

  /** The number of rows that were damaged. */
  public long damagedRows() {
    return damaged;
  }

  /** Why files could not be read to their end. */
  public List<InvalidInput> unreadable() {
    return List.copyOf(unreadable);
  }

  private Map<Path, TablePart> parts() throws IOException {
    Map<Path, TablePart> parts = new LinkedHashMap<>();
    for (Path partFolder : TableFiles.partFolders(folder)) {
      parts.put(partFolder, TableFiles.describedIn(partFolder));
    }
    if (parts.isEmpty()) {
      throw new InvalidInput(
          folder + ": not a cache table: it contains no folder spec=… with vectors");
    }
    return parts;
  }

  private void send(Path file, EmbeddingSpec spec, RowImport rows) throws IOException {
    try {
      TableFiles.read(
          file,
          new TableFiles.Receiver() {
            @Override
            public void row(TableRow row) throws IOException {
              add(file, spec, row, rows);
            }

            @Override
            public void damaged() {
              damaged++;
            }
          });
    } catch (InvalidInput e) {
      unreadable.add(e);
    }
  }

  private static void add(Path file, EmbeddingSpec spec, TableRow row, RowImport rows)
      throws IOException {
    try {
      rows.add(spec, row.key(), row.vector());
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(file + ": " + e.getMessage(), e);
    }
  }
}
