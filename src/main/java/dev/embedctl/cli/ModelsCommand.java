package dev.embedctl.cli;

import dev.embedctl.cli.console.ByteSize;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.DurationConverter;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.download.ModelDownloads;
import dev.embedctl.provider.download.ModelDownloads.Pulled;
import dev.embedctl.provider.download.Servers;
import dev.embedctl.provider.local.LocalModel;
import dev.embedctl.provider.local.LocalModels;
import dev.embedctl.provider.local.LocalModels.Found;
import dev.embedctl.provider.remote.Downloads;
import dev.embedctl.provider.remote.Proxies;
import dev.embedctl.provider.tls.Certificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The command {@code embedctl models}: the only one that downloads a model. */
@Command(
    name = "models",
    description = "Lists, downloads and removes models for --provider local.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT, // each command below it has its own help
    synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand extends GroupCommand {
  @Option(
      names = "--models-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "The Maven repository of models' packages. Default: Maven Central.")
  String repository;

  @Option(
      names = "--ca-cert",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM file of the certificates to trust instead of Java's own list.")
  Path caCert;

  @Option(
      names = "--client-cert",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM file with a certificate for servers that require one.")
  Path clientCert;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM file with the key of --client-cert. Default: the same file.")
  Path clientKey;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "30s",
      converter = DurationConverter.class,
      scope = ScopeType.INHERIT,
      description = "Longest time in which nothing of a download arrives. Default: 30s.")
  Duration timeout;

  ModelsCommand(Console console) {
    super(console, "list");
  }

  @Command(
      description = "Prints the models that are here, and those that can be downloaded by name.")
  int list(@Option(names = "--json", description = "One JSON array.") boolean json) {
    List<LocalModel> models = models().list();
    if (json) {
      console.printJson(ModelsText.json(models));
    } else {
      ModelsText.table(models).forEach(this::print);
    }
    return ExitCode.OK.number();
  }

  @Command(
      description = {
        "Downloads a model into the user's folder of models, and prints its name for --model.",
        "The same command continues a download that broke off."
      })
  int pull(
      @Parameters(
              paramLabel = "MODEL",
              description = {
                "A name that models list prints, or hf:ORG/NAME@REVISION.",
                "HF_ENDPOINT names another hub than Hugging Face's, HF_TOKEN the user's token."
              })
          String name,
      @Option(
              names = "--onnx-file",
              paramLabel = "PATH",
              description =
                  "The model's file in the hub. Default: model.onnx, also in the folder onnx.")
          String onnx)
      throws InterruptedException {
    OptionBounds.positive("--timeout", timeout);
    if (models().isIncluded(name)) {
      console.say(name + " is part of this installation");
      print(name);
      return ExitCode.OK.number();
    }
    Servers servers = Servers.of(Optional.ofNullable(repository), console.env());
    Certificates certificates =
        Certificates.of(
            console.env(),
            Optional.ofNullable(caCert).map(Path::toString),
            Optional.ofNullable(clientCert).map(Path::toString),
            Optional.ofNullable(clientKey).map(Path::toString));
    Pulled pulled;
    try (Downloads calls = new Downloads(new Proxies(console.env()), certificates, timeout);
        PullProgress progress = new PullProgress(console)) {
      pulled =
          new ModelDownloads(folder(), progress)
              .pull(name, Optional.ofNullable(onnx), calls, servers);
    }
    report(models().at(pulled.place()), pulled);
    return ExitCode.OK.number();
  }

  private void report(LocalModel model, Pulled pulled) {
    String exact = ModelsText.exactName(model);
    console.say(
        exact
            + switch (pulled.outcome()) {
              case DOWNLOADED -> " is downloaded: ";
              case WAS_HERE -> " is here already: ";
            }
            + ByteSize.text(model.bytes())
            + model.licence().map(licence -> ", licence " + licence).orElse("")
            + ", in "
            + pulled.place());
    print(exact);
  }

  @Command(description = "Removes models from the user's folder of models.")
  int rm(
      @Parameters(
              arity = "1..*",
              paramLabel = "MODEL",
              description = "The names that models list prints.")
          List<String> names)
      throws InterruptedException {
    ModelDownloads downloads = new ModelDownloads(folder(), new PullProgress(console));
    List<Found> found = names.stream().map(models()::present).toList();
    for (Found model : found) {
      downloads.remove(model);
      console.say(model.place() + " is removed");
    }
    return ExitCode.OK.number();
  }

  private LocalModels models() {
    return new LocalModels(console.home(), console.surroundings().modelsFolder());
  }

  private Path folder() {
    return console
        .surroundings()
        .modelsFolder()
        .orElseThrow(
            () -> new Usage("there is no home folder for models; set XDG_DATA_HOME or HOME"));
  }
}
