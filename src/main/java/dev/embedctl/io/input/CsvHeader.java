package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The header row of a CSV or TSV input, checked against the requested columns. A column without a
 * name has its number as name.
 */
public final class CsvHeader {
  private final List<String> names;
  private final TableForm form;
  private final Optional<String> nullCell;
  private final Map<FieldSelector, Integer> selected = new HashMap<>();
  private final Set<Integer> apart = new HashSet<>();

  private CsvHeader(List<String> names, TableForm form, Optional<String> nullCell) {
    this.names = names;
    this.form = form;
    this.nullCell = nullCell;
  }

  /**
   * Reads the header row.
   *
   * @param where file and line, for messages
   * @throws EmbedctlException.InvalidInput if it names no column, names one twice, or lacks one
   *     that the options name
   */
  static CsvHeader of(List<String> header, TableForm form, InputOptions options, String where) {
    List<String> names = new ArrayList<>();
    boolean named = false;
    for (String cell : header) {
      if (TextRules.loneSurrogate(cell) >= 0) {
        throw new EmbedctlException.InvalidInput(where + ": the header row is not valid UTF-8");
      }
      named |= !TextRules.isBlank(cell);
      names.add(TextRules.isBlank(cell) ? numbered(names.size()) : cell);
    }
    if (!named) {
      throw new EmbedctlException.InvalidInput(where + ": the header row names no column");
    }
    return checked(names, form, options, where);
  }

  /** The columns of a table without a header row, which are named by their numbers, from 1. */
  static CsvHeader numbered(int count, TableForm form, InputOptions options, String where) {
    return checked(
        IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList(), form, options, where);
  }

  private static CsvHeader checked(
      List<String> names, TableForm form, InputOptions options, String where) {
    CsvHeader columns = new CsvHeader(List.copyOf(names), form, options.form().nullCell());
    columns.selectAll(options, where);
    columns.checkNames(options.metadata(), where);
    return columns;
  }

  /** Columns that the options do not name may have equal names. */
  private void checkNames(MetadataFields metadata, String where) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      boolean again = !seen.add(name);
      if (again
          && (metadata instanceof MetadataFields.All
              || selected.containsValue(names.indexOf(name)))) {
        throw new EmbedctlException.InvalidInput(
            where + ": two columns are called '" + name + "'; rename one");
      }
    }
  }

  private void selectAll(InputOptions options, String where) {
    for (FieldSelector field : options.textFields()) {
      apart.add(select(field, options.textOption(), where));
    }
    FieldSelector id = options.id().field();
    if (options.id().presence() == IdField.Presence.REQUIRED || names.contains(id.given())) {
      apart.add(select(id, Parameter.ID_FIELD.toString(), where));
    }
    if (options.metadata() instanceof MetadataFields.Listed listed) {
      listed.ofRecord().forEach(field -> select(field, Parameter.METADATA.toString(), where));
    }
  }

  private int select(FieldSelector field, String option, String where) {
    int column = names.indexOf(field.given());
    if (column < 0) {
      throw new EmbedctlException.InvalidInput(
          where
              + ": no column '"
              + field.given()
              + "'"
              + NameHint.among(field.given(), names)
              + otherDelimiter().orElse(" (" + option + " names another)"));
    }
    selected.put(field, column);
    return column;
  }

  /** Advice for a header that is one cell, because the names have another delimiter. */
  private Optional<String> otherDelimiter() {
    return names.size() > 1
        ? Optional.empty()
        : otherDelimiter(names.getFirst(), form).map(hint -> "; " + hint);
  }

  /** The actual delimiter of a header, if it is not the expected one. */
  static Optional<String> otherDelimiter(String header, TableForm form) {
    if (header.indexOf('\t') >= 0 && form.delimiter() != '\t') {
      return Optional.of("tabs separate them: pass " + Parameter.INPUT_FORMAT + " tsv");
    }
    if (header.indexOf(';') >= 0) {
      return Optional.of("semicolons separate them: pass " + Parameter.DELIMITER + " ';'");
    }
    if (header.indexOf('|') >= 0) {
      return Optional.of("bars separate them: pass " + Parameter.DELIMITER + " '|'");
    }
    return header.indexOf(',') >= 0 && form.delimiter() != ','
        ? Optional.of("commas separate them: pass " + Parameter.INPUT_FORMAT + " csv")
        : Optional.empty();
  }

  int count() {
    return names.size();
  }

  /** A row as fields; each is a string or null. */
  Fields row(String[] cells) {
    return new Fields() {
      @Override
      public Value value(FieldSelector field) {
        Integer column = selected.get(field);
        if (column == null) {
          return Value.MISSING;
        }
        return isNull(cells[column])
            ? new Value(JsonKind.NULL, "")
            : new Value(JsonKind.STRING, cells[column]);
      }

      @Override
      public Set<String> namesNear(FieldSelector field) {
        return new LinkedHashSet<>(names);
      }
    };
  }

  /** The metadata of a row, as a JSON object. */
  Optional<String> metadata(MetadataFields fields, String[] cells) {
    StringBuilder object = new StringBuilder("{");
    switch (fields) {
      case MetadataFields.None none -> {}
      case MetadataFields.Listed listed -> {
        for (FieldSelector field : listed.ofRecord()) {
          member(object, field.given(), cells[selected.get(field)]);
        }
      }
      case MetadataFields.All all -> {
        for (int i = 0; i < cells.length; i++) {
          if (!apart.contains(i)) {
            member(object, names.get(i), cells[i]);
          }
        }
      }
    }
    return object.length() == 1 ? Optional.empty() : Optional.of(object.append('}').toString());
  }

  /** A row as a JSON object. */
  String toJsonObject(String[] cells) {
    StringBuilder object = new StringBuilder("{");
    for (int i = 0; i < cells.length; i++) {
      member(object, names.get(i), cells[i]);
    }
    return object.append('}').toString();
  }

  private void member(StringBuilder object, String name, String cell) {
    JsonText.appendMember(object, name, isNull(cell) ? "null" : JsonText.quoted(cell));
  }

  private boolean isNull(String cell) {
    return nullCell.isPresent() && nullCell.get().equals(cell);
  }

  private static String numbered(int column) {
    return "column " + (column + 1);
  }
}
