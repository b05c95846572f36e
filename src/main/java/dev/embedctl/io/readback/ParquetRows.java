package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.DamagedInput;
import dev.embedctl.io.input.ParquetCells;
import dev.embedctl.io.input.ParquetFailure;
import dev.embedctl.io.input.ParquetFiles;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.FileSchema;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a Parquet output: the columns {@code index}, {@code embedding} and, if present, {@code id},
 * in any order and among any other columns.
 */
final class ParquetRows implements OutputReader {
  private static final String INDEX = "index";
  private static final String ID = "id";
  private static final String EMBEDDING = "embedding";

  private final String name;
  private final ParquetFileReader file;
  private final ColumnReaders columns;
  private final ColumnReader indexes;
  private final Optional<ColumnReader> ids;
  private final ColumnReader vectors;
  private final MetadataColumns metadata;
  private final List<ColumnReader> texts;
  private final long rows;
  private long row;
  private int rowInBatch = -1;
  private int rowsInBatch;

  private ParquetRows(String name, ParquetFileReader file, ColumnReaders columns) {
    this.name = name;
    this.file = file;
    this.columns = columns;
    this.indexes = ParquetSchema.column(INDEX, columns).orElseThrow();
    this.ids = ParquetSchema.column(ID, columns);
    this.vectors = ParquetSchema.column(EMBEDDING, columns).orElseThrow();
    this.texts = texts(columns);
    this.metadata =
        new MetadataColumns(
            texts.stream()
                .map(column -> column.getColumnSchema().fieldPath().topLevelName())
                .toList());
    this.rows = file.getFileMetaData().numRows();
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInput if the file is incomplete or lacks the columns of an output
   */
  static ParquetRows open(Path path, String name) throws IOException {
    ParquetFileReader file = ParquetFiles.open(path, name);
    boolean done = false;
    try {
      checkColumns(file.getFileSchema(), name);
      ColumnReaders columns = ParquetCells.inSmallBatches(file, read(file.getFileSchema()));
      ParquetRows reader = new ParquetRows(name, file, columns);
      done = true;
      return reader;
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

  /** The columns that are read: those of every output, and those of texts. */
  private static String[] read(FileSchema schema) {
    return schema.getRootNode().children().stream()
        .map(SchemaNode::name)
        .filter(
            column ->
                column.equals(INDEX)
                    || column.equals(EMBEDDING)
                    // the library takes a name with a dot for a path
                    || (ParquetSchema.has(schema, column, PhysicalType.BYTE_ARRAY)
                        && !column.contains(".")))
        .toArray(String[]::new);
  }

  private static void checkColumns(FileSchema schema, String name) {
    boolean valid =
        ParquetSchema.has(schema, INDEX, PhysicalType.INT64)
            && ParquetSchema.hasFloats(schema, EMBEDDING);
    if (!valid) {
      throw new InvalidInput(
          name
              + ": not an output of embedctl: it needs the columns index (int64) and embedding"
              + " (list of float)");
    }
    boolean hasIds =
        schema.getRootNode().children().stream().anyMatch(column -> column.name().equals(ID));
    if (hasIds && !ParquetSchema.has(schema, ID, PhysicalType.BYTE_ARRAY)) {
      throw new InvalidInput(
          name + ": not an output of embedctl: its column id must contain strings");
    }
  }

  private static List<ColumnReader> texts(ColumnReaders columns) {
    List<ColumnReader> texts = new ArrayList<>();
    for (int i = 0; i < columns.getColumnCount(); i++) {
      ColumnReader column = columns.getColumnReader(i);
      if (column.getColumnSchema().type() == PhysicalType.BYTE_ARRAY) {
        texts.add(column);
      }
    }
    return texts;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OutputRow> next() {
    try {
      return advance() ? Optional.of(current()) : Optional.empty();
    } catch (RuntimeException e) {
      // Rows are read in batches, so the damage may be some rows further on.
      DamagedInput damage = ParquetFailure.damaged("rows from here on", e);
      throw new InvalidInput(place() + ": " + damage.getMessage(), damage);
    }
  }

  private boolean advance() {
    row++;
    rowInBatch++;
    if (rowInBatch >= rowsInBatch) {
      rowsInBatch = columns.nextBatch() ? columns.getRecordCount() : 0;
      rowInBatch = 0;
    }
    boolean hasRow = rowsInBatch > 0;
    if (hasRow != row <= rows) {
      throw new IllegalStateException("the footer says that there are " + rows + " rows");
    }
    return hasRow;
  }

  private String place() {
    return name + ": row " + row;
  }

  private OutputRow current() {
    boolean none = indexes.getLeafValidity().isNull(rowInBatch);
    long index = none ? 0 : indexes.getLongs()[rowInBatch];
    if (none || index < 0) {
      return new OutputRow.Broken(
          place(), OptionalLong.empty(), "the index is missing or not an integer of at least 0");
    }
    int[] starts = vectors.getLayerOffsets(0);
    int start = starts[rowInBatch];
    int end = starts[rowInBatch + 1];
    if (start == end) {
      boolean missing = vectors.getLayerValidity(0).isNull(rowInBatch);
      return new OutputRow.Broken(
          place(), OptionalLong.of(index), missing ? "no embedding" : "the embedding is empty");
    }
    int absent = vectors.getLeafValidity().nextNull(start, end);
    if (absent >= start && absent < end) {
      return new OutputRow.Broken(
          place(),
          OptionalLong.of(index),
          "value " + (absent - start) + " of the embedding is not a number");
    }
    return new OutputRow.Whole(
        place(), index, id(), Vector.wrap(Arrays.copyOfRange(vectors.getFloats(), start, end)));
  }

  private OutputId id() {
    Optional<String> id = ids.flatMap(this::text);
    return id.isPresent() ? new OutputId.Cell(id.get()) : new OutputId.None();
  }

  private Optional<String> text(ColumnReader column) {
    if (column.getLeafValidity().isNull(rowInBatch)) {
      return Optional.empty();
    }
    int[] offsets = column.getBinaryOffsets();
    int start = offsets[rowInBatch];
    return Optional.of(
        new String(
            column.getBinaryValues(),
            start,
            offsets[rowInBatch + 1] - start,
            StandardCharsets.UTF_8));
  }

  @Override
  public Optional<String> metadata() {
    return metadata.object(place -> text(texts.get(place)));
  }

  @Override
  public void skip(long count) {
    for (long left = count; left > 0 && next().isPresent(); ) {
      left--;
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      columns.close();
    }
  }
}
