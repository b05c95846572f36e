package dev.embedctl.io.input;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.Parameter;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a Parquet file as lines of JSON with the requested columns, so that columns have the
 * same rules as fields of JSON, for example for null and for pointers into a struct. The number of
 * a line is that of its row, from 1.
 */
final class ParquetLines extends Reader {
  private final ParquetFileReader file;
  private final ParquetCells cells;
  private final StringBuilder line = new StringBuilder();
  private int taken;

  private ParquetLines(ParquetFileReader file, ParquetCells cells) {
    this.file = file;
    this.cells = cells;
  }

  /**
   * Opens a file, and checks that it has the columns that the options name.
   *
   * @throws InvalidInput if one is missing, or the file cannot be read as Parquet
   */
  static RecordSource open(Path path, String name, InputOptions options) throws IOException {
    ParquetFileReader file = ParquetFiles.open(path, name);
    boolean done = false;
    try {
      List<SchemaNode> wanted =
          wanted(file.getFileSchema().getRootNode().children(), options, name);
      ParquetLines rows =
          new ParquetLines(file, ParquetCells.open(file, wanted, options.id().field().path()));
      RecordSource source =
          JsonlSource.of(name, new LineReader(rows, LineReader.DEFAULT_MAX_CHARS), options);
      done = true;
      return source;
    } catch (EmbedctlException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ParquetFailure.of(name + ": cannot be read: ", e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /** All columns if all are metadata; otherwise only the named ones, since each costs time. */
  private static List<SchemaNode> wanted(
      List<SchemaNode> columns, InputOptions options, String name) {
    List<String> there = columns.stream().map(SchemaNode::name).toList();
    Map<String, String> wanted = new LinkedHashMap<>();
    options.textFields().forEach(field -> wanted.putIfAbsent(column(field), options.textOption()));
    String id = column(options.id().field());
    if (options.id().presence() == IdField.Presence.REQUIRED || there.contains(id)) {
      wanted.putIfAbsent(id, Parameter.ID_FIELD.toString());
    }
    if (options.metadata() instanceof MetadataFields.Listed listed) {
      listed
          .ofRecord()
          .forEach(field -> wanted.putIfAbsent(column(field), Parameter.METADATA.toString()));
    }
    wanted.forEach(
        (column, option) -> {
          if (!there.contains(column)) {
            throw new InvalidInput(
                name
                    + ": no column '"
                    + column
                    + "'"
                    + NameHint.among(column, there)
                    + " ("
                    + option
                    + " names another)");
          }
        });
    return options.metadata() instanceof MetadataFields.All
        ? columns
        : columns.stream().filter(column -> wanted.containsKey(column.name())).toList();
  }

  private static String column(FieldSelector field) {
    return field.path().getFirst();
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (taken == line.length() && !advance()) {
      return -1;
    }
    int count = Math.min(length, line.length() - taken);
    line.getChars(taken, taken + count, target, offset);
    taken += count;
    return count;
  }

  private boolean advance() throws IOException {
    line.setLength(0);
    taken = 0;
    try {
      if (!cells.advance()) {
        return false;
      }
      cells.appendRow(line);
      line.append('\n');
      return true;
    } catch (RuntimeException e) {
      throw ParquetFailure.damaged("the row", e);
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      cells.close();
    }
  }
}
