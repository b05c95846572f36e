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
 * The options of {@code embedctl verify} as they were typed; {@link VerifyPlan} is what they mean.
 */
final class VerifyOptions {
  @Parameters(index = "0", paramLabel = "OUTPUT", description = "What batch wrote.")
  Path output;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "INPUT",
      description =
          "What it was made of: a file, a glob or a folder; repeat it for several. - is standard input.")
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
      description = "As for batch: field that OUTPUT has as id. Default: id, where present.")
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
      description = "As for batch: a line for each piece of a text.")
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
          "What strings of bytes hold: base64, float32; float16, halves. Default: what makes the"
              + " dimensions that OUTPUT.metrics.json or --dimensions says, else float32.")
  VectorFormat vectorFormat;

  @Option(
      names = "--errors",
      paramLabel = "FILE",
      description =
          "Texts that failed in the run, which are not missed. Default: OUTPUT.errors.jsonl, where"
              + " it is.")
  Path errors;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "0",
      description = "Embed so many texts again, and tell how far the model has drifted.")
  int sample;

  @Option(
      names = "--min-cosine",
      paramLabel = "C",
      defaultValue = "0.999",
      description =
          "With --sample: a vector whose cosine with the new one is less is a difference. Default:"
              + " 0.999.")
  double minCosine;

  @Mixin ReadingOptions reading;

  @Mixin ProviderOptions asked;

  @Option(names = "--json", description = "The report as a JSON object.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but differences.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces.")
  boolean verbose;
}
