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
 * The options of {@code embedctl embed} as they were typed; {@link EmbedPlan} is what they mean.
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
          "How a vector is written: float, an array; base64, a string of little-endian float32;"
              + " float16, a string of little-endian halves. Default: float.")
  VectorFormat vectorFormat;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "The run's summary. Default: none.")
  Path metrics;

  @Mixin ProviderOptions asked;

  @Mixin SendingOptions sending;

  @Mixin CacheOptions cache;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but errors.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more, and show stack traces.")
  boolean verbose;
}
