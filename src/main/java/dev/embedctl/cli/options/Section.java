package dev.embedctl.cli.options;

import java.util.Arrays;
import java.util.Optional;

/** The sections of a command's help. An option is assigned to its section here. */
public enum Section {
  INPUT(
      "Input",
      "--input",
      "--input-format",
      "--text-field",
      "--id-field",
      "--template",
      "--metadata",
      "--include",
      "--exclude",
      "--skip",
      "--limit",
      "--delimiter",
      "--quote",
      "--encoding",
      "--no-header",
      "--null",
      "--split",
      "--by-id",
      "--pairs",
      "--count",
      "--sample",
      "--min-cosine"),
  OUTPUT(
      "Output",
      "--output",
      "--output-format",
      "--vector-format",
      "--metrics",
      "--events",
      "--dry-run",
      "--json",
      "--progress",
      "--quiet",
      "--verbose"),
  PROVIDER(
      "Provider",
      "--provider",
      "--model",
      "--allow-model",
      "--dimensions",
      "--input-type",
      "--prefix",
      "--normalize",
      "--oversize",
      "--base-url",
      "--api-key-env",
      "--allow-insecure",
      "--header",
      "--query",
      "--ca-cert",
      "--client-cert",
      "--client-key",
      "--models-url",
      "--onnx-file"),
  PACE(
      "Pace",
      "--concurrency",
      "--chunk-size",
      "--texts-per-request",
      "--rpm",
      "--tpm",
      "--timeout",
      "--max-attempts",
      "--backoff",
      "--max-wait",
      "--grace"),
  LANE("Lane", "--lane", "--wait", "--finish"),
  MONEY("Money", "--max-cost", "--max-tokens"),
  CACHE(
      "Cache",
      "--cache",
      "--no-cache",
      "--refresh",
      "--cache-only",
      "--cache-wait",
      "--older-than",
      "--max-size",
      "--yes"),
  CLUSTER(
      "Cluster",
      "--master",
      "--deploy-mode",
      "--executors",
      "--executor-cores",
      "--executor-memory",
      "--texts-per-task",
      "--java-home",
      "--jar",
      "--conf"),
  ERRORS("Errors", "--on-error", "--errors", "--max-errors"),
  SETTINGS("Settings", "--config", "--profile", "--show-config", "--help", "--version");

  private final String title;
  private final String options; // a string, since the fields of an enum must be immutable

  Section(String title, String... options) {
    this.title = title;
    this.options = " " + String.join(" ", options) + " ";
  }

  /** The heading in the help. */
  public String title() {
    return title;
  }

  /** The order of the options in this section. */
  public int position(String option) {
    return options.indexOf(" " + option + " ");
  }

  /** The section of an option, by the option's long name. */
  public static Optional<Section> of(String option) {
    return Arrays.stream(values())
        .filter(section -> section.options.contains(" " + option + " "))
        .findFirst();
  }
}
