package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.catalog.Wire;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.LocalModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code embedctl providers}: lists the providers with their models and limits. */
@Command(
    name = "providers",
    description = "Prints the providers, their models and limits, and which keys are set.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ProvidersCommand implements Callable<Integer> {
  /** A longer name has a line of its own. */
  private static final int NAME_WIDTH = 33;

  @Option(names = "--json", description = "As a JSON array.")
  boolean json;

  private final Console console;

  ProvidersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ProviderCatalog catalog = Providers.catalog(console.surroundings());
    if (json) {
      console.printJson(ProvidersJson.of(catalog, console) + "\n");
      return ExitCode.OK.number();
    }
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      local(out);
      for (String name : catalog.names()) {
        remote(out, name, catalog.provider(name));
      }
    }
    console.print(text.toString());
    return ExitCode.OK.number();
  }

  private void local(PrintWriter out) {
    out.println(LocalModelProvider.NAME + "  runs in this process, no key");
    for (String model :
        new LocalModels(console.home(), console.surroundings().modelsFolder()).names()) {
      out.println("  " + model + (model.equals(LocalModels.DEFAULT) ? " (default)" : ""));
    }
    out.println("  any folder with model.onnx and tokenizer.json");
  }

  private void remote(PrintWriter out, String name, CatalogProvider provider) {
    out.println();
    out.println(name + "  " + address(provider) + ", " + key(provider));
    out.println("  " + String.join(", ", limits(provider)));
    provider.models().forEach((model, known) -> out.println("  " + line(model, known, provider)));
    Set<String> sources = new LinkedHashSet<>();
    provider
        .models()
        .values()
        .forEach(model -> model.price().ifPresent(price -> sources.add(price.source())));
    sources.forEach(source -> out.println("  prices from " + source));
  }

  private static boolean isOfAws(CatalogProvider provider) {
    return provider.wire().equals(Optional.of(Wire.BEDROCK));
  }

  private static String address(CatalogProvider provider) {
    return provider
        .baseUrl()
        .map(URI::toString)
        .orElse(isOfAws(provider) ? "in the AWS region" : "needs --base-url");
  }

  private String key(CatalogProvider provider) {
    return provider
            .keyVariable()
            .map(variable -> "key " + variable + (isSet(variable) ? " (set)" : " (not set)"))
            .orElse("no key")
        + (isOfAws(provider) ? ", or credentials of AWS" : "");
  }

  private boolean isSet(String variable) {
    return console.surroundings().isSet(variable);
  }

  private static List<String> limits(CatalogProvider provider) {
    List<String> limits = new ArrayList<>();
    count(provider.textsPerRequest(), "text", limits);
    count(provider.tokensPerRequest(), "token", limits);
    count(provider.bytesPerRequest(), "byte", limits);
    String last = limits.isEmpty() ? "" : limits.remove(limits.size() - 1) + " a request";
    if (!last.isEmpty()) {
      limits.add(last);
    }
    if (provider.counts().equals(Optional.of(Counted.TEXTS))) {
      limits.add("its rate limit counts texts");
    }
    if (provider.defaultModel().isEmpty()) {
      limits.add("needs --model");
    }
    return limits;
  }

  private static void count(OptionalInt count, String what, List<String> limits) {
    if (count.isPresent()) {
      limits.add(grouped(count.getAsInt()) + " " + what + (count.getAsInt() == 1 ? "" : "s"));
    }
  }

  private static String grouped(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String line(String model, CatalogModel known, CatalogProvider provider) {
    String name = model + (provider.defaultModel().equals(Optional.of(model)) ? " (default)" : "");
    boolean isLong = name.length() > NAME_WIDTH;
    String dimensions = number(known.dimensions());
    boolean shortens = known.shortens().orElse(false);
    return String.format(
            Locale.ROOT,
            "%-" + NAME_WIDTH + "s %6s dims%-10s %7s tokens  %s",
            isLong ? name + "\n" + " ".repeat(NAME_WIDTH + 2) : name,
            dimensions,
            shortens ? " or others" : "",
            number(known.tokensPerText()),
            known.price().map(ProvidersCommand::price).orElse("price not known"))
        .stripTrailing();
  }

  private static String number(OptionalInt number) {
    return number.isPresent() ? grouped(number.getAsInt()) : "?";
  }

  private static String price(Price price) {
    return "$"
        + price.usdPerMillionTokens().toPlainString()
        + " a million"
        + price.asOf().map(date -> " (" + date + ")").orElse("");
  }
}
