package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names a field of a record: a top-level field, or, where it begins with a slash, a JSON Pointer
 * (RFC 6901). In CSV and TSV it is the column's name as it stands, whatever it begins with.
 *
 * @param given as it was given
 */
public record FieldSelector(String given) {
  /** In metadata: the name of the file where a record begins. */
  static final String FILE = "@file";

  /** In metadata: the line of the file where a record begins, from 1. */
  static final String LINE = "@line";

  private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");

  /**
   * Checks it.
   *
   * @throws EmbedctlException.Usage where it is empty, or a pointer with a tilde that is no escape
   */
  public FieldSelector {
    if (given.isEmpty()) {
      throw new EmbedctlException.Usage("a field name is empty");
    }
    if (given.startsWith("/") && BAD_ESCAPE.matcher(given).find()) {
      throw new EmbedctlException.Usage(
          "'" + given + "' is not a JSON Pointer: write ~0 for a tilde and ~1 for a slash");
    }
  }

  /** Whether, in metadata, it is the place where a record begins and no field of the record. */
  boolean isPlace() {
    return given.equals(FILE) || given.equals(LINE);
  }

  /** Whether it leads into the record as a JSON Pointer does. */
  boolean isPointer() {
    return given.startsWith("/");
  }

  /** The names, or places in arrays, that lead to the field from the record's top. */
  List<String> path() {
    if (!isPointer()) {
      return List.of(given);
    }
    List<String> path = new ArrayList<>();
    int from = 1;
    for (int slash = given.indexOf('/', 1); slash >= 0; slash = given.indexOf('/', from)) {
      path.add(unescaped(given.substring(from, slash)));
      from = slash + 1;
    }
    path.add(unescaped(given.substring(from)));
    return List.copyOf(path);
  }

  /** What the field is called where it stands alone, as in metadata: a pointer's last name. */
  public String label() {
    return path().getLast();
  }

  /** A name as it stands in a JSON Pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static String unescaped(String segment) {
    return segment.replace("~1", "/").replace("~0", "~");
  }
}
