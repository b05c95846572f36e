package dev.embedctl.cli.config;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The value of an option and its place.
 *
 * @param name the option's long name without its dashes
 * @param value the literal value; an empty one removes the value of places with lower precedence;
 *     several values of an option that may be repeated are lines
 */
record Setting(String name, String value, Origin origin) {
  Setting {
    Objects.requireNonNull(name);
    Objects.requireNonNull(value);
    Objects.requireNonNull(origin);
  }

  boolean isEmpty() {
    return value.isEmpty();
  }

  boolean isTyped() {
    return origin instanceof Origin.Typed;
  }

  boolean is(String wanted) {
    return value.equalsIgnoreCase(wanted);
  }

  /** The setting in messages. */
  String quoted() {
    return switch (origin) {
      case Origin.Typed typed -> "--" + name + " " + value;
      case Origin.Variable variable -> variable.name() + "=" + value;
      case Origin.Line line -> line.text();
      case Origin.ProfileLine line -> line.text();
    };
  }

  /** The setting as an argument of the command line. */
  String argument() {
    return "--" + name + "=" + value;
  }

  /** The values of an option that may be repeated. */
  List<String> values() {
    return value.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /** The arguments for an option that may be repeated. */
  Stream<String> arguments() {
    return values().stream().map(each -> "--" + name + "=" + each);
  }

  /** This setting with one more value. */
  Setting and(String more) {
    return new Setting(name, value + "\n" + more, origin);
  }
}
