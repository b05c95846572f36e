package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds one text from several fields: <code>{title}: {body}</code>. A doubled brace is a brace;
 * all other characters, including a backslash, are copied.
 */
public final class Template {

  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Placeholder(FieldSelector field) implements Part {}
  }

  private final String given;
  private final List<Part> parts;

  private Template(String given, List<Part> parts) {
    this.given = given;
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a template.
   *
   * @throws EmbedctlException.Usage if braces are not balanced, a name is empty, or no field is
   *     named
   */
  public static Template parse(String given) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < given.length()) {
      char c = given.charAt(at);
      boolean doubled = at + 1 < given.length() && given.charAt(at + 1) == c;
      if (c != '{' && c != '}') {
        literal.append(c);
        at++;
      } else if (doubled) {
        literal.append(c);
        at += 2;
      } else {
        int close = given.indexOf('}', at);
        boolean opensTwice = given.substring(at + 1, Math.max(at + 1, close)).indexOf('{') >= 0;
        if (c == '}' || close < 0 || opensTwice) {
          throw wrong(given, "a brace at character " + (at + 1) + " has no partner");
        }
        if (close == at + 1) {
          throw wrong(given, "the braces at character " + (at + 1) + " name no field");
        }
        if (!literal.isEmpty()) {
          parts.add(new Part.Literal(literal.toString()));
          literal.setLength(0);
        }
        parts.add(new Part.Placeholder(new FieldSelector(given.substring(at + 1, close))));
        at = close + 1;
      }
    }
    if (!literal.isEmpty()) {
      parts.add(new Part.Literal(literal.toString()));
    }
    Template template = new Template(given, parts);
    if (template.fields().isEmpty()) {
      throw wrong(given, "it names no field");
    }
    return template;
  }

  private static EmbedctlException.Usage wrong(String given, String why) {
    return new EmbedctlException.Usage(
        "template '" + given + "': " + why + " (write {name} for a field, {{ and }} for braces)");
  }

  /** The fields in the order of the template, each once. */
  List<FieldSelector> fields() {
    return parts.stream()
        .filter(Part.Placeholder.class::isInstance)
        .map(part -> ((Part.Placeholder) part).field())
        .distinct()
        .toList();
  }

  /** The text with the fields of a record, or why there is none. */
  Text fill(Fields fields) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal literal -> text.append(literal.text());
        case Part.Placeholder placeholder -> {
          FieldSelector field = placeholder.field();
          Fields.Value value = fields.value(field);
          switch (value.kind()) {
            case STRING, NUMBER, BOOLEAN -> text.append(value.content());
            case MISSING -> {
              return TextRules.missing(field, fields);
            }
            case NULL, OBJECT, ARRAY -> {
              return TextRules.notAString(field, value.kind());
            }
          }
        }
      }
    }
    return TextRules.check(text.toString());
  }

  @Override
  public String toString() {
    return given;
  }
}
