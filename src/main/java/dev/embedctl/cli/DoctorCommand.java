package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.StartupState;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.ProviderOptions;
import dev.embedctl.doctor.Diagnosis;
import dev.embedctl.doctor.DiagnosisJson;
import dev.embedctl.doctor.DiagnosisText;
import dev.embedctl.doctor.Examination;
import dev.embedctl.doctor.ServerNotes;
import dev.embedctl.doctor.Subject;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Gateway;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.Servers;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Wire;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.Processor;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.remote.RequestExtras;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code embedctl doctor}: checks whether an endpoint can be used. */
@Command(
    name = "doctor",
    description = {
      "Requests vectors of a few short texts from a provider and reports its abilities.",
      "Exit code 1 if it cannot be used. Nothing is cached or retried."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

  @Mixin ProviderOptions options;

  @Option(names = "--json", description = "The report as a JSON object.")
  boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Print the start-up cache and findings about the server at once, and stack traces.")
  boolean verbose;

  @Mixin ConfigOptions config;

  private final Console console;
  private final Signals signals;

  DoctorCommand(Console console, Signals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    signals.endAtOnce();
    StartupState.noticeNow(verbose, console.terminals().contains(Console.Stream.ERR))
        .ifPresent(console::say);
    ProviderSettings plan = plan();
    List<Report> reports = new ArrayList<>();
    for (ProviderSettings server : plan.ofEachServer()) {
      reports.add(examine(server));
    }
    print(reports);
    for (Report report : reports) {
      if (report.diagnosis().unusable().isPresent()) {
        throw new RunFailed(
            report.diagnosis().unusable().get(), report.diagnosis().cause().orElse(null));
      }
    }
    return ExitCode.OK.number();
  }

  /**
   * The report on one server.
   *
   * @param settings the options that select it
   */
  private record Report(Diagnosis diagnosis, Map<String, String> settings) {}

  private Report examine(ProviderSettings server) throws InterruptedException {
    ServerNotes notes = new ServerNotes(verbose ? console::say : sentence -> {});
    Providers providers = new Providers(server, console.surroundings(), notes);
    try (Servers opened = providers.bare()) {
      EmbeddingProvider provider = opened.first();
      Subject subject = subject(server, providers, provider);
      Examination examination = new Examination(provider, subject, notes, System::nanoTime);
      console.say(examination.announcement());
      return new Report(examination.run(), settings(server, provider.spec()));
    }
  }

  /** The settings for calls that are neither paced nor retried. */
  private ProviderSettings plan() {
    return options.plan(
        new RetryPolicy(1, Duration.ZERO),
        new PaceLimits(1, OptionalInt.empty(), OptionalLong.empty(), Duration.ZERO, Duration.ZERO),
        SpendingLimit.NONE);
  }

  private Subject subject(ProviderSettings plan, Providers providers, EmbeddingProvider provider) {
    EmbeddingSpec spec = provider.spec();
    Optional<CatalogProvider> known = providers.hosted();
    Optional<String> variable =
        plan.keyVariable().or(() -> known.flatMap(CatalogProvider::keyVariable));
    return new Subject(
        spec,
        providers.address(),
        variable,
        providers
            .authorization()
            .map(header -> "your header " + header)
            .or(
                () ->
                    variable
                        .filter(name -> console.surroundings().isSet(name))
                        .map(name -> "the key in " + name))
            .or(
                () ->
                    known
                        .flatMap(CatalogProvider::wire)
                        .flatMap(Wire::cloud)
                        .map(cloud -> "the credentials of " + cloud)),
        known.map(each -> each.model(spec.model())).orElse(CatalogModel.UNKNOWN),
        providers.meter(provider),
        providers.price(spec),
        processor(provider));
  }

  private static Optional<Processor> processor(EmbeddingProvider provider) {
    return provider instanceof LocalModelProvider local && local.computesInEightBits()
        ? Optional.of(Processor.here())
        : Optional.empty();
  }

  /** The options of the requests, without those that have their default. */
  private static Map<String, String> settings(ProviderSettings plan, EmbeddingSpec spec) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("provider", plan.name());
    settings.put("model", plan.model().orElse(spec.model()));
    plan.dimensions().ifPresent(count -> settings.put("dimensions", "" + count));
    if (plan.normalization() == Normalization.UNIT_LENGTH) {
      settings.put("normalize", "true");
    }
    plan.inputType()
        .ifPresent(type -> settings.put("input-type", type.name().toLowerCase(Locale.ROOT)));
    plan.prefix().ifPresent(text -> settings.put("prefix", '"' + text.replace("\n", "\\n") + '"'));
    plan.baseUrl().ifPresent(url -> settings.put("base-url", url));
    plan.keyVariable().ifPresent(name -> settings.put("api-key-env", name));
    if (plan.plainKeys() == PlainKeys.ALLOWED) {
      settings.put("allow-insecure", "true");
    }
    plan.gateway().ifPresent(gateway -> settings.putAll(settings(gateway)));
    if (!plan.timeout().equals(USUAL_TIMEOUT)) {
      settings.put("timeout", plan.timeout().toMillis() + "ms");
    }
    if (plan.oversize() != Providers.usualOversize(plan.name())) {
      settings.put("oversize", plan.oversize().name().toLowerCase(Locale.ROOT));
    }
    return settings;
  }

  private static Map<String, String> settings(Gateway gateway) {
    Map<String, String> settings = new LinkedHashMap<>();
    shown(gateway.headers()).ifPresent(headers -> settings.put("header", headers));
    shown(gateway.query()).ifPresent(parameters -> settings.put("query", parameters));
    gateway.caCert().ifPresent(file -> settings.put("ca-cert", file));
    gateway.clientCert().ifPresent(file -> settings.put("client-cert", file));
    gateway.clientKey().ifPresent(file -> settings.put("client-key", file));
    return settings;
  }

  /** The ones that contain no value, only the name of a variable. */
  private static Optional<String> shown(List<String> extras) {
    return Optional.of(
            extras.stream().filter(RequestExtras::isShown).collect(Collectors.joining("\n")))
        .filter(lines -> !lines.isEmpty());
  }

  /** Prints a report, or several with an empty line between them; as JSON, several in an array. */
  private void print(List<Report> reports) {
    if (json) {
      List<String> objects =
          reports.stream()
              .map(each -> DiagnosisJson.of(each.diagnosis(), each.settings()))
              .toList();
      console.printJson(
          (objects.size() == 1 ? objects.getFirst() : "[" + String.join(",\n", objects) + "]")
              + "\n");
    } else {
      console.print(
          reports.stream()
                  .map(
                      each ->
                          String.join("\n", DiagnosisText.lines(each.diagnosis(), each.settings())))
                  .collect(Collectors.joining("\n\n"))
              + "\n");
    }
  }
}
