package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names a field of a record: a top-level field or, if it begins with a slash, a JSON Pointer (RFC
 * 6901). In CSV and TSV it is always the name of a column.
 *
 * @param given the name or pointer as given
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
   * @throws EmbedctlException.Usage if it is empty, or a pointer with an invalid escape
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

  /** Whether, in metadata, it names the place of a record and not a field. */
  boolean isPlace() {
    return given.equals(FILE) || given.equals(LINE);
  }

  /** Whether it is a JSON Pointer. */
  boolean isPointer() {
    return given.startsWith("/");
  }

  /** The names or array positions on the path from the record to the field. */
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

  /** The name of the field in metadata: for a pointer, its last name. */
  public String label() {
    return path().getLast();
  }

  /** A name with the escapes of a JSON Pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static String unescaped(String segment) {
    return segment.replace("~1", "/").replace("~0", "~");
  }
}
