package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.OtherAddresses;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.catalog.ModelPrefixes;
import dev.embedctl.provider.pace.PaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the provider as typed: a mixin of the commands that call one. */
public final class ProviderOptions {
  private static final double SAME_MODEL = 0.999;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      defaultValue = "local",
      description =
          "local (a model run in this process), or one that embedctl providers lists. Default:"
              + " local.")
  String provider;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model's name at the provider; for local also a model's folder.")
  String model;

  @Option(
      names = "--dimensions",
      paramLabel = "N",
      description = "Dimensions of the vectors, if the model can shorten them.")
  Integer dimensions;

  @Option(
      names = "--normalize",
      description =
          "Make vectors unit length, if the model's are not; the cache keeps them separately.")
  boolean normalize;

  @Option(
      names = "--input-type",
      paramLabel = "TYPE",
      description = "query or document, for models that distinguish them.")
  InputType inputType;

  @Option(
      names = "--allow-model",
      paramLabel = "NAME",
      description = "Another name under which the server may answer; may be repeated.")
  List<String> allowModel = new ArrayList<>();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      converter = PrefixConverter.class,
      description =
          "Sent before each text, with its spaces; \\n is a line break. Default: as the model wants"
              + " for --input-type.")
  String prefix;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description =
          "Another host for the provider: any OpenAI-compatible server. Repeat it for several servers"
              + " of one model, which share the calls.")
  List<String> baseUrls = new ArrayList<>();

  @Mixin public GatewayOptions way;

  @Option(
      names = "--oversize",
      paramLabel = "error|truncate|average",
      description =
          "For a text longer than the model's limit: an error; the vector of its start; or the"
              + " mean of its parts' vectors. Default: average for local, else error.")
  Oversize oversize;

  /** Whether the mean of the parts of long texts was requested, and is not only the default. */
  public boolean averages() {
    return oversize == Oversize.AVERAGE;
  }

  /**
   * Sets the options that were not typed, so that a query gets a vector of the same kind as the
   * texts of an output. If another provider or model was typed, the rest of the origin is not used.
   *
   * @param isTyped whether an option was typed
   */
  public void fillFrom(OutputOrigin origin, Predicate<String> isTyped) {
    if (!isTyped.test("--provider")) {
      provider = origin.provider().orElse(provider);
    }
    boolean same = origin.provider().equals(Optional.of(provider));
    if (same && model == null) {
      model = origin.model().orElse(null);
    }
    if (!same || !origin.model().equals(Optional.ofNullable(model))) {
      return;
    }
    if (dimensions == null && origin.askedDimensions().isPresent()) {
      dimensions = origin.askedDimensions().getAsInt();
    }
    if (inputType == null && origin.inputType().isPresent()) {
      inputType = InputType.QUERY;
    }
    if (prefix == null && origin.prefix().isPresent()) {
      prefix = beforeQuery(model, origin.prefix().get());
    }
    if (addresses().isEmpty()) {
      origin.baseUrl().ifPresent(baseUrls::add);
    }
    normalize |= origin.normalized();
  }

  /** The prefix of a query for texts that had a prefix. */
  private static String beforeQuery(String model, String beforeTexts) {
    return ModelPrefixes.of(model)
        .filter(known -> known.document().equals(beforeTexts))
        .map(ModelPrefixes::query)
        .orElse(beforeTexts);
  }

  /** The addresses; an empty one takes back the address of a variable. */
  private List<String> addresses() {
    return baseUrls.stream().filter(url -> !url.isBlank()).toList();
  }

  private Optional<OtherAddresses> others(double leastCosine) {
    List<String> all = addresses();
    return all.size() < 2
        ? Optional.empty()
        : Optional.of(new OtherAddresses(all.subList(1, all.size()), leastCosine));
  }

  /**
   * The settings of the provider, completed by those of a command.
   *
   * @throws Usage if they contradict each other
   */
  public ProviderSettings plan(RetryPolicy retries, PaceLimits pace, SpendingLimit budget) {
    return plan(retries, pace, budget, SAME_MODEL);
  }

  /**
   * The same for commands that have an option for the similarity of vectors.
   *
   * @param leastCosine the lowest cosine of the vectors that two servers make of a text
   */
  ProviderSettings plan(
      RetryPolicy retries, PaceLimits pace, SpendingLimit budget, double leastCosine) {
    if (dimensions != null) {
      OptionBounds.range("--dimensions", dimensions, 1, 100_000);
    }
    return new ProviderSettings(
        provider,
        Optional.ofNullable(model),
        dimensions == null ? OptionalInt.empty() : OptionalInt.of(dimensions),
        normalize ? Normalization.UNIT_LENGTH : Normalization.NONE,
        Optional.ofNullable(inputType),
        Optional.ofNullable(prefix),
        Set.copyOf(allowModel),
        Optional.ofNullable(oversize).orElseGet(() -> Providers.usualOversize(provider)),
        addresses().stream().findFirst(),
        others(leastCosine),
        way.keyVariable(),
        way.gateway(),
        way.plainKeys(),
        way.timeout(),
        retries,
        pace,
        budget);
  }
}
