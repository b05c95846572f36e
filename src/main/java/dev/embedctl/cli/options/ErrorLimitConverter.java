package dev.embedctl.cli.options;

import dev.embedctl.pipeline.ErrorLimit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses {@code 20}, a number of texts, and {@code 5%}, a share of them. */
public final class ErrorLimitConverter implements ITypeConverter<ErrorLimit> {
  @Override
  public ErrorLimit convert(String value) {
    try {
      return value.endsWith("%")
          ? new ErrorLimit.Percent(Double.parseDouble(value.substring(0, value.length() - 1)))
          : new ErrorLimit.Count(Long.parseLong(value));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("not a number of texts; give one such as 20 or 5%");
    }
  }
}
