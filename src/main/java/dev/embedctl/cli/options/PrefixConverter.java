package dev.embedctl.cli.options;

import picocli.CommandLine.ITypeConverter;

/** Parses a text in which {@code \n} is a line break, as in a template. */
public final class PrefixConverter implements ITypeConverter<String> {
  @Override
  public String convert(String typed) {
    return typed.replace("\\n", "\n");
  }
}
