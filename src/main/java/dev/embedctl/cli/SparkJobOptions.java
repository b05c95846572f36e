package dev.embedctl.cli;

import dev.embedctl.cli.options.ErrorLimitConverter;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.cli.options.SendingOptions;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Oversize;
import dev.embedctl.pipeline.ErrorLimit;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.local.LocalModelProvider;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that {@code embedctl spark} passes on to the job. */
final class SparkJobOptions {
  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Paths of any file system of the cluster, or table:NAME.")
  List<String> inputs;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "PATH",
      description = "Folder for Parquet files with the embeddings, or table:NAME.")
  String output;

  @Option(
      names = "--cache",
      required = true,
      paramLabel = "PATH",
      description = "Folder of the cache table, which all runs share; cache export fills one.")
  String cache;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "jsonl, json (an array), csv, tsv, txt, parquet, or another format that Spark has, such as"
              + " delta; by file name, else parquet.")
  String inputFormat;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description = "parquet, or another format that Spark has, such as delta. Default: parquet.")
  String outputFormat;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description = "Column that holds the text. Default: text.")
  String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      description = "Column copied to the output as id. Default: id.")
  String idField;

  @Option(
      names = "--metadata",
      paramLabel = "F,G|all",
      description = "Columns copied to the output, separated by commas; all copies all.")
  String metadata;

  @Mixin ProviderOptions provider;

  @Mixin SendingOptions sending;

  @Option(
      names = "--texts-per-task",
      paramLabel = "N",
      description =
          "Texts that a task embeds before its vectors are stored: the most that is paid again for a"
              + " task that Spark runs again. Default: 50000.")
  Integer textsPerTask;

  @Option(names = "--cache-only", description = "Never call: a text not in the cache is an error.")
  boolean cacheOnly;

  @Option(
      names = "--on-error",
      paramLabel = "fail|collect",
      description =
          "Stop at the first error, or continue and write the failed rows to --errors. Default:"
              + " fail.")
  OnError onError;

  @Option(
      names = "--errors",
      paramLabel = "PATH",
      description = "Folder for Parquet files with the failed rows. Default: OUTPUT.errors.")
  String errors;

  @Option(
      names = "--max-errors",
      paramLabel = "N|P%",
      converter = ErrorLimitConverter.class,
      description = "With --on-error collect: end the run when more texts than this fail.")
  ErrorLimit maxErrors;

  @Option(
      names = "--metrics",
      paramLabel = "PATH",
      description = "File for the run's summary. Default: OUTPUT.metrics.json.")
  String metrics;

  @Option(
      names = "--events",
      paramLabel = "PATH",
      description = "File for CloudEvents, one JSON object per line as rounds finish.")
  String events;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces, here and in the job.")
  boolean verbose;

  /**
   * Checks what the job would refuse.
   *
   * @throws Usage if a value is not possible, or options contradict each other
   */
  void check() {
    ProviderSettings settings = sending.plan(provider);
    if (settings.name().equals(LocalModelProvider.NAME)) {
      throw new Usage(
          "--provider local runs a model inside one process; name a provider on the network");
    }
    if (settings.oversize() == Oversize.AVERAGE) {
      throw new Usage("--oversize average is not available on Spark; give error or truncate");
    }
    sending.textsPerRequest();
    if (textsPerTask != null) {
      OptionBounds.range("--texts-per-task", textsPerTask, 1, Integer.MAX_VALUE);
    }
    if (maxErrors != null && onError != OnError.COLLECT) {
      throw new Usage("--max-errors needs --on-error collect; add it, or drop --max-errors");
    }
    if (sending.refreshes() && cacheOnly) {
      throw new Usage("--refresh pays for each text and --cache-only for none; drop one");
    }
  }
}
