package dev.embedctl.spark;

import dev.embedctl.cli.options.ErrorLimitConverter;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.cli.options.SendingOptions;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.ErrorLimit;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.service.EmbeddingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the job as typed; they are named as those of {@code embedctl batch}. */
@Command(
    name = "EmbedJob",
    description = "Embeds every text of INPUT on a cluster.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class JobOptions {
  private static final long MEMORY = 64L << 20;
  private static final int CHUNK = 250;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "Path of the input, of any file system of the cluster, or table:NAME.")
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
      description = "Folder of the cache table, which all runs share.")
  String cache;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "jsonl, json (an array), csv, tsv, txt, parquet, or another format that Spark has, such as delta; by"
              + " file name, else parquet.")
  String inputFormat;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description = "parquet, or another format that Spark has, such as delta. Default: parquet.")
  String outputFormat;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Column that holds the text. Default: text.")
  String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      defaultValue = "id",
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
      defaultValue = "" + EmbedColumn.TEXTS_PER_TASK,
      description =
          "Texts that a task embeds before its vectors are stored; a task that Spark runs again pays"
              + " for at most so many again. Default: ${DEFAULT-VALUE}.")
  private int textsPerTask;

  @Option(names = "--cache-only", description = "Never call: a text not in the cache is an error.")
  private boolean cacheOnly;

  @Option(
      names = "--on-error",
      paramLabel = "fail|collect",
      defaultValue = "fail",
      description =
          "Stop at the first error, or continue and write the failed rows to --errors. Default:"
              + " fail.")
  private OnError onError;

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
  private ErrorLimit maxErrors;

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
      description = "Print stack traces.")
  boolean verbose;

  /**
   * The settings of the whole job.
   *
   * @throws Usage if a value is not possible
   */
  EmbeddingSettings settings() {
    return new EmbeddingSettings(
        sending.plan(provider),
        onError,
        cacheOnly ? OnMiss.FAIL : OnMiss.CALL,
        CHUNK,
        sending.textsPerRequest().orElse(0),
        1,
        MEMORY,
        Duration.ZERO);
  }

  /**
   * The flow with these options.
   *
   * @throws Usage if they contradict each other
   */
  EmbedColumn column() {
    OptionBounds.range("--texts-per-task", textsPerTask, 1, Integer.MAX_VALUE);
    if (maxErrors != null && onError == OnError.FAIL) {
      throw new Usage("--max-errors needs --on-error collect; add it, or drop --max-errors");
    }
    if (sending.refreshes() && cacheOnly) {
      throw new Usage("--refresh pays for each text and --cache-only for none; drop one");
    }
    EmbedColumn column =
        EmbedColumn.of(settings())
            .cache(cache)
            .textsPerTask(textsPerTask)
            .maxErrors(Optional.ofNullable(maxErrors));
    return sending.refreshes() ? column.refresh() : column;
  }

  OnError onError() {
    return onError;
  }
}
