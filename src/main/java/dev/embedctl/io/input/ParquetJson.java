package dev.embedctl.io.input;

import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.SchemaNode;
import dev.hardwood.schema.SchemaNode.GroupNode;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import java.util.List;
import java.util.Optional;

/**
 * Writes the values of a row of a Parquet file as JSON: lists and structs as such, a map as an
 * object, and single values by the type of their column, at any depth.
 */
final class ParquetJson {
  private ParquetJson() {}

  /** Appends a value, which is in its stored form or null. */
  static void append(Object stored, SchemaNode node, StringBuilder json) {
    switch (stored) {
      case null -> json.append("null");
      case PqStruct struct -> appendStruct(struct, ((GroupNode) node).children(), json);
      case PqMap map -> appendMap(map, (GroupNode) node, json);
      case PqList list -> appendList(list, element(node), json);
      default -> {
        if (!(node instanceof PrimitiveNode primitive)) {
          throw new UnsupportedOperationException(
              "column " + node.name() + " is of a type that is not read here");
        }
        ParquetScalar.append(stored, primitive, json);
      }
    }
  }

  /** The number at the end of this path, if JSON does not have it (NaN, Infinity). */
  static Optional<String> notFinite(Object stored, SchemaNode node, List<String> path) {
    if (path.isEmpty()) {
      return stored != null && node instanceof PrimitiveNode single
          ? ParquetScalar.notFinite(stored, single)
          : Optional.empty();
    }
    if (!(stored instanceof PqStruct struct)) {
      return Optional.empty();
    }
    List<SchemaNode> members = ((GroupNode) node).children();
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).name().equals(path.getFirst()) && !struct.isNull(i)) {
        return notFinite(struct.getRawValue(i), members.get(i), path.subList(1, path.size()));
      }
    }
    return Optional.empty();
  }

  private static void appendStruct(PqStruct struct, List<SchemaNode> members, StringBuilder json) {
    json.append('{');
    for (int i = 0; i < members.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      JsonText.appendQuoted(json, members.get(i).name());
      json.append(':');
      append(struct.isNull(i) ? null : struct.getRawValue(i), members.get(i), json);
    }
    json.append('}');
  }

  /** The type of the elements of a list; a repeated field is a list of itself. */
  private static SchemaNode element(SchemaNode node) {
    return node instanceof GroupNode group && group.isList() ? group.getListElement() : node;
  }

  private static void appendList(PqList list, SchemaNode element, StringBuilder json) {
    json.append('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      append(list.isNull(i) ? null : list.getRaw(i), element, json);
    }
    json.append(']');
  }

  private static void appendMap(PqMap map, GroupNode node, StringBuilder json) {
    json.append('{');
    boolean first = true;
    for (PqMap.Entry entry : map.getEntries()) {
      if (!first) {
        json.append(',');
      }
      first = false;
      appendKey(entry.getRawKey(), node.getMapKey(), json);
      json.append(':');
      append(entry.isValueNull() ? null : entry.getRawValue(), node.getMapValue(), json);
    }
    json.append('}');
  }

  /** A key as a string, whatever its type, since JSON has only string keys. */
  private static void appendKey(Object stored, SchemaNode node, StringBuilder json) {
    StringBuilder key = new StringBuilder();
    append(stored, node, key);
    if (key.charAt(0) == '"') {
      json.append(key);
    } else {
      JsonText.appendQuoted(json, key.toString());
    }
  }
}
