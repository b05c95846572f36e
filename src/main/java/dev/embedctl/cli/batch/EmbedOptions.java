package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.CacheOptions;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.cli.options.SendingOptions;
import dev.embedctl.io.output.VectorFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The options of {@code embedctl embed} before they are checked; {@link EmbedPlan} is the result.
 */
final class EmbedOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "TEXT",
      description =
          "Texts, each in quotes; - is standard input as one text (the default when input is"
              + " piped).")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--vector-format",
      paramLabel = "FORMAT",
      description =
          "Format of the vectors: float, an array; base64, a string of little-endian float32;"
              + " float16, a string of little-endian halves. Default: float.")
  VectorFormat vectorFormat;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "File for the run's summary. Default: none.")
  Path metrics;

  @Mixin ProviderOptions provider;

  @Mixin SendingOptions sending;

  @Mixin CacheOptions cache;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only errors.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print more messages, and stack traces.")
  boolean verbose;
}
