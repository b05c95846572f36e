package dev.embedctl.io.input;

import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The cells of the rows of a Parquet file. The library reads rows by the hundred thousand, however
 * long their texts are. So columns of single values are read separately, in small batches, and
 * lists, maps and structs as rows beside them.
 */
public final class ParquetCells implements AutoCloseable {
  private static final int BATCH_ROWS = 256;

  /** A column, and the source of its value in the current row. */
  private record Column(SchemaNode node, Cell cell) {}

  /** Finds the value of a column in the current row, in its stored form, or null. */
  @FunctionalInterface
  private interface Cell {
    Object stored();
  }

  private final List<Column> columns = new ArrayList<>();
  private final List<String> idPath;
  private final Optional<ColumnReaders> singles;
  private final Optional<RowReader> others;
  private int row = -1;
  private int rowsInBatch;

  private ParquetCells(
      List<SchemaNode> nodes,
      List<String> idPath,
      Optional<ColumnReaders> singles,
      Optional<RowReader> others) {
    this.idPath = idPath;
    this.singles = singles;
    this.others = others;
    for (SchemaNode node : nodes) {
      columns.add(
          new Column(
              node,
              isSingle(node)
                  ? single((PrimitiveNode) node, singles.orElseThrow())
                  : other(node.name(), others.orElseThrow())));
    }
  }

  /** The columns of these names, read in small batches, since rows may be long. */
  public static ColumnReaders inSmallBatches(ParquetFileReader file, String... names) {
    return inSmallBatches(file, ColumnProjection.columns(names));
  }

  private static ColumnReaders inSmallBatches(ParquetFileReader file, ColumnProjection columns) {
    return file.buildColumnReaders(columns).batchSize(BATCH_ROWS).build();
  }

  /**
   * The cells of these columns.
   *
   * @param idPath the path of the id
   */
  static ParquetCells open(ParquetFileReader file, List<SchemaNode> columns, List<String> idPath) {
    List<SchemaNode> singles = columns.stream().filter(ParquetCells::isSingle).toList();
    List<SchemaNode> others = columns.stream().filter(column -> !isSingle(column)).toList();
    return new ParquetCells(
        columns,
        idPath,
        singles.isEmpty()
            ? Optional.empty()
            : Optional.of(inSmallBatches(file, projection(singles))),
        others.isEmpty()
            ? Optional.empty()
            : Optional.of(file.buildRowReader().projection(projection(others)).build()));
  }

  /**
   * Only these columns; all columns if the library would read a name as a path or as none, since it
   * cannot select such a column.
   */
  private static ColumnProjection projection(List<SchemaNode> columns) {
    boolean named =
        columns.stream().map(SchemaNode::name).noneMatch(n -> n.isEmpty() || n.contains("."));
    return named
        ? ColumnProjection.columns(columns.stream().map(SchemaNode::name).toArray(String[]::new))
        : ColumnProjection.all();
  }

  private static boolean isSingle(SchemaNode column) {
    return column instanceof PrimitiveNode && column.repetitionType() != RepetitionType.REPEATED;
  }

  private Cell single(PrimitiveNode node, ColumnReaders readers) {
    for (int i = 0; i < readers.getColumnCount(); i++) {
      ColumnReader column = readers.getColumnReader(i);
      if (column.getColumnSchema().columnIndex() == node.columnIndex()) {
        return () -> column.getLeafValidity().isNull(row) ? null : stored(column);
      }
    }
    throw new IllegalStateException("column " + node.name() + " is not among those that are read");
  }

  private Object stored(ColumnReader column) {
    return switch (column.getColumnSchema().type()) {
      case BOOLEAN -> column.getBooleans()[row];
      case INT32 -> column.getInts()[row];
      case INT64 -> column.getLongs()[row];
      case FLOAT -> column.getFloats()[row];
      case DOUBLE -> column.getDoubles()[row];
      case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> {
        int[] offsets = column.getBinaryOffsets();
        yield Arrays.copyOfRange(column.getBinaryValues(), offsets[row], offsets[row + 1]);
      }
    };
  }

  private static Cell other(String name, RowReader rows) {
    for (int i = 0; i < rows.getFieldCount(); i++) {
      int place = i;
      if (rows.getFieldName(i).equals(name)) {
        return () -> rows.isNull(place) ? null : rows.getRawValue(place);
      }
    }
    throw new IllegalStateException("column " + name + " is not among those that are read");
  }

  /** Advances to the next row; false at the end. */
  boolean advance() {
    boolean there = true;
    if (singles.isPresent()) {
      row++;
      if (row >= rowsInBatch) {
        there = singles.get().nextBatch();
        rowsInBatch = there ? singles.get().getRecordCount() : 0;
        row = 0;
      }
    }
    if (others.isPresent()) {
      boolean more = others.get().hasNext();
      if (singles.isPresent() && more != there) {
        throw new IllegalStateException("its columns are not equally long");
      }
      there = more;
      if (more) {
        others.get().next();
      }
    }
    return there;
  }

  /**
   * Writes the row as a JSON object. An id that is NaN or infinite is written as such, so that the
   * row is refused like a line of JSON with it; as null the id would be lost.
   */
  void appendRow(StringBuilder json) {
    json.append('{');
    for (Column column : columns) {
      if (json.charAt(json.length() - 1) != '{') {
        json.append(',');
      }
      JsonText.appendQuoted(json, column.node().name());
      json.append(':');
      Object stored = column.cell().stored();
      Optional<String> noId = noId(column.node(), stored);
      if (noId.isPresent()) {
        json.append(noId.get());
      } else {
        ParquetJson.append(stored, column.node(), json);
      }
    }
    json.append('}');
  }

  private Optional<String> noId(SchemaNode column, Object stored) {
    return column.name().equals(idPath.getFirst())
        ? ParquetJson.notFinite(stored, column, idPath.subList(1, idPath.size()))
        : Optional.empty();
  }

  @Override
  public void close() {
    singles.ifPresent(ColumnReaders::close);
    others.ifPresent(RowReader::close);
  }
}
