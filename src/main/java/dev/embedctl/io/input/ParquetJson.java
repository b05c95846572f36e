package dev.embedctl.io.input;

import dev.embedctl.io.bytes.Utf8Reader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.StructAccessor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes what a row of a Parquet file holds as JSON: numbers, booleans, lists and structs as such,
 * a map as an object, dates and all else as strings. Bytes that nothing says are text are text
 * where they are UTF-8; else an object with their base64, which nobody mistakes for a text.
 */
final class ParquetJson {
  private ParquetJson() {}

  private static void appendStruct(StructAccessor row, StringBuilder json) {
    json.append('{');
    for (int i = 0; i < row.getFieldCount(); i++) {
      if (i > 0) {
        json.append(',');
      }
      JsonText.appendQuoted(json, row.getFieldName(i));
      json.append(':');
      append(row.isNull(i) ? null : row.getValue(i), json);
    }
    json.append('}');
  }

  /** Puts a value behind what there is. */
  static void append(Object value, StringBuilder json) {
    switch (value) {
      case null -> json.append("null");
      case String text -> JsonText.appendQuoted(json, text);
      case Float number -> appendNumber(Float.isFinite(number), number, json);
      case Double number -> appendNumber(Double.isFinite(number), number, json);
      case BigDecimal number -> json.append(number.toPlainString());
      case Number number -> json.append(number);
      case Boolean truth -> json.append(truth);
      case byte[] bytes -> appendBytes(bytes, json);
      case StructAccessor struct -> appendStruct(struct, json);
      case PqList list -> appendList(list, json);
      case PqMap map -> appendMap(map, json);
      default -> JsonText.appendQuoted(json, value.toString());
    }
  }

  /** JSON has no NaN and no infinities. */
  private static void appendNumber(boolean finite, Number number, StringBuilder json) {
    json.append(finite ? number.toString() : "null");
  }

  private static void appendBytes(byte[] bytes, StringBuilder json) {
    try {
      JsonText.appendQuoted(json, decoded(ByteBuffer.wrap(bytes)));
    } catch (CharacterCodingException e) {
      json.append("{\"base64\":\"").append(Base64.getEncoder().encodeToString(bytes)).append("\"}");
    }
  }

  /** Puts bytes that are said to be text; those that are not UTF-8 are told as in other formats. */
  static void appendText(byte[] bytes, StringBuilder json) {
    try {
      JsonText.appendQuoted(json, decoded(ByteBuffer.wrap(bytes)));
    } catch (CharacterCodingException e) {
      JsonText.appendQuoted(json, withBadBytes(bytes));
    }
  }

  private static String decoded(ByteBuffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  private static String withBadBytes(byte[] bytes) {
    StringWriter text = new StringWriter();
    try (Reader reader = new Utf8Reader(new ByteArrayInputStream(bytes))) {
      reader.transferTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be read", e);
    }
    return text.toString();
  }

  private static void appendList(PqList list, StringBuilder json) {
    json.append('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      append(list.isNull(i) ? null : list.get(i), json);
    }
    json.append(']');
  }

  private static void appendMap(PqMap map, StringBuilder json) {
    json.append('{');
    for (PqMap.Entry entry : map.getEntries()) {
      if (json.charAt(json.length() - 1) != '{') {
        json.append(',');
      }
      JsonText.appendQuoted(json, String.valueOf(entry.getKey()));
      json.append(':');
      append(entry.isValueNull() ? null : entry.getValue(), json);
    }
    json.append('}');
  }
}
