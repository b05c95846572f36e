package dev.embedctl.cli.options;

import dev.embedctl.pipeline.Split;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses {@code 200} or {@code 200,40}: the tokens of a piece, and of its overlap. */
public final class SplitConverter implements ITypeConverter<Split> {
  @Override
  public Split convert(String typed) {
    try {
      return Split.parse(typed);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'"
              + typed
              + "': give the tokens of a piece, and after a comma those of the overlap, at"
              + " most half of them: 200 or 200,40");
    }
  }
}
