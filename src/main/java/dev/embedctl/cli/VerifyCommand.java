package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.io.output.VectorFormat;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code embedctl verify} as it was typed; {@link VerifyPlan} is what it means. */
@Command(
    name = "verify",
    description = {
      "Tells whether OUTPUT is whole and true to its input.",
      "Exit code 1 where it is not; the first differences are named on standard error."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class VerifyCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "OUTPUT", description = "What batch wrote.")
  Path output;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "INPUT",
      description = "What it was made of; - is standard input.")
  String input;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description = "jsonl, csv, tsv or txt; by file name, jsonl for standard input.")
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

  @Mixin ConfigOptions config;

  private final Console console;
  private final Signals signals;

  VerifyCommand(Console console, Signals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    VerifyPlan plan = VerifyPlan.of(this);
    signals.endAtOnce();
    return new VerifyRun(plan, console, signals.stop()).run().number();
  }
}
