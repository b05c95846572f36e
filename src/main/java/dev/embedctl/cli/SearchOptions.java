package dev.embedctl.cli;

import dev.embedctl.cli.options.CacheOptions;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.cli.options.ReadingOptions;
import dev.embedctl.cli.options.SplitConverter;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.pipeline.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The options of {@code embedctl search} before they are checked; {@link SearchPlan} is the result.
 */
final class SearchOptions {
  @Parameters(index = "0", paramLabel = "OUTPUT", description = "A file that batch wrote.")
  Path output;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "QUERY",
      description = "The text to search for.")
  String query;

  @Option(
      names = "--by-id",
      paramLabel = "ID",
      description =
          "Instead of QUERY: the neighbours of the row with this id, or with this index if rows have no ids. No provider is called.")
  String byId;

  @Option(
      names = "--pairs",
      paramLabel = "COSINE",
      description =
          "Instead of QUERY: all pairs of rows with at least this cosine, such as 0.98. No provider"
              + " is called.")
  Double pairs;

  @Option(
      names = {"-k", "--count"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Number of rows. Default: 10.")
  int count;

  @Option(names = "--json", description = "Print one JSON object per line.")
  boolean json;

  @Option(
      names = "--input",
      paramLabel = "INPUT",
      description =
          "The input of OUTPUT, to show its texts: a file, a glob or a folder; repeat it for several."
              + " Default: the text in a row's metadata, if present.")
  List<String> inputs = new ArrayList<>();

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description = "As for batch: the format of INPUT; by file name.")
  String inputFormat;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Field of INPUT, or of a row's metadata, that is shown. Default: text.")
  String textField;

  @Option(
      names = "--template",
      paramLabel = "T",
      description = "As for batch: text built from several fields of INPUT.")
  String template;

  @Option(
      names = "--split",
      paramLabel = "TOKENS[,OVERLAP]",
      converter = SplitConverter.class,
      description = "As for batch: the pieces of INPUT's texts. Default: from the metrics.")
  Split split;

  @Mixin ReadingOptions reading;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description =
          "jsonl, csv, parquet, arrow, or npy with the ids in OUTPUT.ids.jsonl; by file name.")
  String outputFormat;

  @Option(
      names = "--vector-format",
      paramLabel = "FORMAT",
      description =
          "Encoding of vectors in strings: base64, float32; float16, halves. Default: the one"
              + " that fits the dimensions in the metrics, else float32.")
  VectorFormat vectorFormat;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description =
          "The metrics of the run that wrote OUTPUT, with provider and model. Default:"
              + " OUTPUT.metrics.json.")
  Path metrics;

  @Mixin ProviderOptions provider;

  @Mixin CacheOptions cache;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only errors.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces.")
  boolean verbose;
}
