package dev.embedctl.cli.options;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses dollars such as {@code 2.50}. */
public final class DollarsConverter implements ITypeConverter<BigDecimal> {
  @Override
  public BigDecimal convert(String value) {
    try {
      return new BigDecimal(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("not an amount of dollars; give one such as 2.50");
    }
  }
}
