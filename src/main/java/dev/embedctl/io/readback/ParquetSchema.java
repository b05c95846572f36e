package dev.embedctl.io.readback;

import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.schema.FileSchema;
import dev.hardwood.schema.SchemaNode;
import java.util.Optional;

/** Finds the columns of a Parquet file. */
final class ParquetSchema {
  private ParquetSchema() {}

  /** Whether there is a column of single values with this name and type. */
  static boolean has(FileSchema schema, String name, PhysicalType type) {
    return schema.getRootNode().children().stream()
        .anyMatch(
            column ->
                column instanceof SchemaNode.PrimitiveNode primitive
                    && primitive.name().equals(name)
                    && primitive.type() == type
                    && primitive.maxRepetitionLevel() == 0);
  }

  /** Whether there is a column of lists of floats with this name. */
  static boolean hasFloats(FileSchema schema, String name) {
    return schema.getRootNode().children().stream()
        .anyMatch(
            column ->
                column instanceof SchemaNode.GroupNode group
                    && group.name().equals(name)
                    && group.isList()
                    && group.getListElement() instanceof SchemaNode.PrimitiveNode element
                    && element.type() == PhysicalType.FLOAT
                    && element.maxRepetitionLevel() == 1);
  }

  /** The column with this name among those that are read. */
  static Optional<ColumnReader> column(String name, ColumnReaders columns) {
    for (int i = 0; i < columns.getColumnCount(); i++) {
      ColumnReader column = columns.getColumnReader(i);
      if (column.getColumnSchema().fieldPath().topLevelName().equals(name)) {
        return Optional.of(column);
      }
    }
    return Optional.empty();
  }
}
