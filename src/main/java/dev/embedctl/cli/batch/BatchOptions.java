package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.CacheOptions;
import dev.embedctl.cli.options.ErrorLimitConverter;
import dev.embedctl.cli.options.LaneChoice;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.cli.options.ReadingOptions;
import dev.embedctl.cli.options.SendingOptions;
import dev.embedctl.cli.options.SplitConverter;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.pipeline.ErrorLimit;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The options of {@code embedctl batch} before they are checked; {@link BatchPlan} is the result.
 */
final class BatchOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "INPUT",
      description =
          "Files, globs in quotes, and folders, read in this order; - is standard input (the"
              + " default when input is piped).")
  List<String> inputs = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "-",
      description =
          "File for the embeddings, with mode 600; FOLDER/ for one file per INPUT; - for"
              + " standard output (the default).")
  String output;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "jsonl, json (an array), csv, tsv, txt, parquet, or files (each file a text, its path the id); by file name, jsonl for standard input.")
  String inputFormat;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description =
          "jsonl, csv, parquet, arrow, or npy with the ids in OUTPUT.ids.jsonl; by file name, else jsonl. A name,"
              + " or a format, that ends in .gz or .zst compresses jsonl and csv.")
  String outputFormat;

  @Option(
      names = "--vector-format",
      paramLabel = "FORMAT",
      description =
          "Vectors in jsonl and csv: float, an array; base64, a string of little-endian float32;"
              + " float16, a string of little-endian halves. Default: float.")
  VectorFormat vectorFormat;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Field or column that holds the text; /a/b is a JSON Pointer. Default: text.")
  String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      description = "Field copied to the output as id. Default: id, where present.")
  String idField;

  @Option(
      names = "--template",
      paramLabel = "T",
      description =
          "Text built from several fields: '{title} {body}'; {{ is a brace, \\n a line break.")
  String template;

  @Option(
      names = "--metadata",
      paramLabel = "F,G|all",
      description =
          "Fields copied to the output's metadata, separated by commas; @file and @line add"
              + " the record's place; all copies all fields.")
  String metadata;

  @Mixin ReadingOptions reading;

  @Mixin ProviderOptions provider;

  @Option(
      names = "--split",
      paramLabel = "TOKENS[,OVERLAP]",
      converter = SplitConverter.class,
      description =
          "Split each text into pieces, one line per piece with part, start and end; a piece"
              + " repeats at most OVERLAP tokens of the one before it.")
  Split split;

  @Option(
      names = "--chunk-size",
      paramLabel = "N",
      defaultValue = "250",
      description = "Texts read, looked up and written together, 100 to 500. Default: 250.")
  int chunkSize;

  @Option(
      names = "--on-error",
      paramLabel = "fail|collect",
      defaultValue = "fail",
      description =
          "Stop at the first error, or continue and write the failed texts to --errors."
              + " Default: fail.")
  OnError onError;

  @Option(
      names = "--errors",
      paramLabel = "FILE",
      description =
          "File for failed texts, one JSON object per line. Default: OUTPUT.errors.jsonl, or"
              + " FOLDER/errors.jsonl.")
  Path errors;

  @Option(
      names = "--max-errors",
      paramLabel = "N|P%",
      converter = ErrorLimitConverter.class,
      description = "With --on-error collect: end the run when more texts than this fail.")
  ErrorLimit maxErrors;

  @Mixin SendingOptions sending;

  @Mixin LaneChoice lane;

  @Mixin CacheOptions cache;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description =
          "File for the run's summary. Default: OUTPUT.metrics.json, or FOLDER/metrics.json;"
              + " none if OUTPUT is -.")
  Path metrics;

  @Option(
      names = "--events",
      paramLabel = "FILE",
      description = "File for CloudEvents, one JSON object per line as chunks finish.")
  Path events;

  @Option(
      names = "--dry-run",
      description =
          "Validate all of INPUT and report what a run would send and cost, and where a limit would"
              + " end it; send and write nothing. A table on a terminal, else JSON.")
  boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: JSON on a terminal too.")
  boolean json;

  @Option(
      names = "--progress",
      paramLabel = "auto|always|never",
      defaultValue = "auto",
      description =
          "A bar on standard error; auto: if that is a terminal; if not, -v prints a line per"
              + " minute. Default: auto.")
  ProgressMode progress;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only errors.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print more messages, and stack traces.")
  boolean verbose;
}
