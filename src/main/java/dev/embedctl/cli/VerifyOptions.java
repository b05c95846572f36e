package dev.embedctl.cli;

import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.cli.options.ReadingOptions;
import dev.embedctl.cli.options.SplitConverter;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.pipeline.Split;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The options of {@code embedctl verify} before they are checked; {@link VerifyPlan} is the result.
 */
final class VerifyOptions {
  @Parameters(index = "0", paramLabel = "OUTPUT", description = "A file that batch wrote.")
  Path output;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "INPUT",
      description =
          "The input of OUTPUT: a file, a glob or a folder; repeat the option for several. - is"
              + " standard input.")
  List<String> inputs;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "As for batch: jsonl, json, csv, tsv, txt, parquet, or files (each file a text, its path the id); by file name, jsonl for standard input.")
  String inputFormat;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "As for batch: field or column that holds the text. Default: text.")
  String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      description = "As for batch: field that is the id in OUTPUT. Default: id, where present.")
  String idField;

  @Option(
      names = "--template",
      paramLabel = "T",
      description = "As for batch: text built from several fields.")
  String template;

  @Option(
      names = "--split",
      paramLabel = "TOKENS[,OVERLAP]",
      converter = SplitConverter.class,
      description = "As for batch: OUTPUT has a line for each piece of a text.")
  Split split;

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
              + " that fits the dimensions in OUTPUT.metrics.json or --dimensions, else float32.")
  VectorFormat vectorFormat;

  @Option(
      names = "--errors",
      paramLabel = "FILE",
      description =
          "Texts that failed in the run and have no row in OUTPUT. Default:"
              + " OUTPUT.errors.jsonl, if present.")
  Path errors;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "0",
      description = "Embed N texts again, and report how much the model has drifted.")
  int sample;

  @Option(
      names = "--min-cosine",
      paramLabel = "C",
      defaultValue = "0.999",
      description =
          "With --sample: report a difference if the cosine of old and new vector is lower."
              + " Default: 0.999.")
  double minCosine;

  @Mixin ReadingOptions reading;

  @Mixin ProviderOptions provider;

  @Option(names = "--json", description = "The report as a JSON object.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only differences.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces.")
  boolean verbose;
}
