package dev.embedctl.cli.config;

import java.util.Objects;

/**
 * The value of an option and its place.
 *
 * @param name the option's long name without its dashes
 * @param value the literal value; an empty one removes the value of places with lower precedence
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
}
