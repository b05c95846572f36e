package dev.embedctl.io.output;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;

/**
 * A column of the file that {@link ParquetWriter} writes.
 *
 * @param type the physical type of its values
 * @param path the path to its values in the schema
 * @param elements its schema elements, from the root down
 */
record ParquetColumn(Type type, List<String> path, List<SchemaElement> elements) {

  /** All columns, in the order of the file. */
  static List<ParquetColumn> of(TextColumns texts) {
    List<ParquetColumn> columns = new ArrayList<>();
    columns.add(required("index", Type.INT64));
    columns.add(text("id"));
    columns.add(vector("embedding"));
    columns.add(required("cached", Type.BOOLEAN));
    texts.numbers().forEach(column -> columns.add(required(column.label(), Type.INT64)));
    texts.metadataNames().forEach(name -> columns.add(text(name)));
    return columns;
  }

  /** The columns of a cache table. */
  static List<ParquetColumn> of(TableNames names) {
    return List.of(
        required(names.key(), Type.BYTE_ARRAY),
        vector(names.vector()),
        required(names.checksum(), Type.INT32));
  }

  /** The schema of a file with these columns. */
  static List<SchemaElement> schema(List<ParquetColumn> columns) {
    List<SchemaElement> schema = new ArrayList<>();
    schema.add(new SchemaElement("schema").setNum_children(columns.size()));
    columns.forEach(column -> schema.addAll(column.elements()));
    return schema;
  }

  private static ParquetColumn required(String name, Type type) {
    return new ParquetColumn(type, List.of(name), List.of(value(name, type)));
  }

  private static ParquetColumn text(String name) {
    SchemaElement element =
        new SchemaElement(name)
            .setType(Type.BYTE_ARRAY)
            .setRepetition_type(FieldRepetitionType.OPTIONAL)
            .setConverted_type(ConvertedType.UTF8)
            .setLogicalType(LogicalType.STRING(new StringType()));
    return new ParquetColumn(Type.BYTE_ARRAY, List.of(name), List.of(element));
  }

  /** A list, in the three levels that the format requires. */
  private static ParquetColumn vector(String name) {
    SchemaElement top =
        new SchemaElement(name)
            .setRepetition_type(FieldRepetitionType.REQUIRED)
            .setNum_children(1)
            .setConverted_type(ConvertedType.LIST)
            .setLogicalType(LogicalType.LIST(new ListType()));
    SchemaElement repeated =
        new SchemaElement("list")
            .setRepetition_type(FieldRepetitionType.REPEATED)
            .setNum_children(1);
    return new ParquetColumn(
        Type.FLOAT,
        List.of(name, "list", "element"),
        List.of(top, repeated, value("element", Type.FLOAT)));
  }

  private static SchemaElement value(String name, Type type) {
    return new SchemaElement(name).setType(type).setRepetition_type(FieldRepetitionType.REQUIRED);
  }
}
