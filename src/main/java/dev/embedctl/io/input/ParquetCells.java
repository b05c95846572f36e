package dev.embedctl.io.input;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The cells of a Parquet file's rows. The library reads rows by the hundred thousand, however long
 * their texts are; so columns of texts are read by themselves, in small batches, and the others as
 * rows beside them.
 */
public final class ParquetCells implements AutoCloseable {
  private static final int BATCH_ROWS = 256;

  /**
   * Pages of a column that are decompressed ahead, 8 if nothing is said; DuckDB's have megabytes.
   */
  private static final String PAGES_AHEAD = "hardwood.internal.maxOutstanding";

  private final List<SchemaNode> columns;
  private final Optional<ColumnReaders> texts;
  private final Optional<RowReader> others;
  private int row = -1;
  private int rowsInBatch;

  private ParquetCells(
      List<SchemaNode> columns, Optional<ColumnReaders> texts, Optional<RowReader> others) {
    this.columns = columns;
    this.texts = texts;
    this.others = others;
  }

  /** The columns of these names, read in batches of few rows: a row may be long. */
  public static ColumnReaders inSmallBatches(ParquetFileReader file, String... names) {
    readFewPagesAhead();
    return file.buildColumnReaders(ColumnProjection.columns(names)).batchSize(BATCH_ROWS).build();
  }

  private static void readFewPagesAhead() {
    if (System.getProperty(PAGES_AHEAD) == null) {
      System.setProperty(PAGES_AHEAD, "1");
    }
  }

  /** The cells of these columns. */
  static ParquetCells open(ParquetFileReader file, List<SchemaNode> columns) {
    readFewPagesAhead();
    String[] texts = names(columns.stream().filter(ParquetCells::isText).toList());
    String[] others = names(columns.stream().filter(column -> !isText(column)).toList());
    return new ParquetCells(
        columns,
        texts.length == 0 ? Optional.empty() : Optional.of(inSmallBatches(file, texts)),
        others.length == 0
            ? Optional.empty()
            : Optional.of(
                file.buildRowReader().projection(ColumnProjection.columns(others)).build()));
  }

  private static String[] names(List<SchemaNode> columns) {
    return columns.stream().map(SchemaNode::name).toArray(String[]::new);
  }

  private static boolean isText(SchemaNode column) {
    return column instanceof SchemaNode.PrimitiveNode primitive
        && primitive.type() == PhysicalType.BYTE_ARRAY
        && primitive.repetitionType() != RepetitionType.REPEATED
        && (primitive.logicalType() instanceof LogicalType.StringType
            || primitive.logicalType() instanceof LogicalType.JsonType
            || primitive.logicalType() instanceof LogicalType.EnumType);
  }

  /** Goes on to the next row; false at the end. */
  boolean advance() {
    boolean there = true;
    if (texts.isPresent()) {
      row++;
      if (row >= rowsInBatch) {
        there = texts.get().nextBatch();
        rowsInBatch = there ? texts.get().getRecordCount() : 0;
        row = 0;
      }
    }
    if (others.isPresent()) {
      boolean more = others.get().hasNext();
      if (texts.isPresent() && more != there) {
        throw new IllegalStateException("its columns are not equally long");
      }
      there = more;
      if (more) {
        others.get().next();
      }
    }
    return there;
  }

  /** Puts the row as a JSON object. */
  void appendRow(StringBuilder json) {
    json.append('{');
    for (int i = 0; i < columns.size(); i++) {
      SchemaNode column = columns.get(i);
      if (i > 0) {
        json.append(',');
      }
      JsonText.appendQuoted(json, column.name());
      json.append(':');
      if (isText(column)) {
        appendText(texts.orElseThrow().getColumnReader(column.name()), json);
      } else {
        RowReader cells = others.orElseThrow();
        ParquetJson.append(
            cells.isNull(column.name()) ? null : cells.getValue(column.name()), json);
      }
    }
    json.append('}');
  }

  private void appendText(ColumnReader column, StringBuilder json) {
    if (column.getLeafValidity().isNull(row)) {
      json.append("null");
      return;
    }
    int[] offsets = column.getBinaryOffsets();
    ParquetJson.appendText(
        Arrays.copyOfRange(column.getBinaryValues(), offsets[row], offsets[row + 1]), json);
  }

  @Override
  public void close() {
    texts.ifPresent(ColumnReaders::close);
    others.ifPresent(RowReader::close);
  }
}
