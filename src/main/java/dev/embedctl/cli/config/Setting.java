package dev.embedctl.cli.config;

import java.util.Objects;

/**
 * What is said of an option.
 *
 * @param name the option's long name without its dashes
 * @param value as it stands there; empty takes back what weaker ones say
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

  /** As a message quotes what was asked for. */
  String asked() {
    return switch (origin) {
      case Origin.Typed typed -> "--" + name + " " + value;
      case Origin.Variable variable -> variable.name() + "=" + value;
      case Origin.Line line -> line.told();
      case Origin.ProfileLine line -> line.told();
    };
  }

  /** As an argument of the command line. */
  String argument() {
    return "--" + name + "=" + value;
  }
}
