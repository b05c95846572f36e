package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import dev.embedctl.io.bytes.Printable;
import dev.embedctl.jobs.KnownJob;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.service.UserFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code embedctl jobs}. */
@Command(
    name = "jobs",
    description =
        "Lists, cancels and gives up the jobs of runs with --lane async that are not complete.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT, // each command below it has its own help
    synopsisSubcommandLabel = "COMMAND")
final class JobsCommand implements Runnable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Spec CommandSpec spec;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "The cache of the runs. Default: the user's cache folder.")
  private Path folder;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show stack traces.")
  boolean verbose;

  @Mixin ConfigOptions config;

  private final Console console;

  JobsCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command, such as list");
  }

  @Command(description = "Prints a line for each job, as the last run found it.")
  int list(@Option(names = "--json", description = "One JSON array.") boolean json) {
    List<KnownJob> jobs = KnownJob.in(where());
    if (json) {
      console.printJson(JobsText.json(jobs));
    } else {
      JobsText.table(jobs, Instant.now()).forEach(this::print);
    }
    return ExitCode.OK.number();
  }

  @Command(description = "Prints what is known about a job.")
  int show(
      @Parameters(paramLabel = "JOB", description = "The provider's name of the job.") String job,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    KnownJob known = find(job);
    if (json) {
      console.printJson(JobsText.json(known));
    } else {
      JobsText.details(known).forEach(this::print);
    }
    return ExitCode.OK.number();
  }

  @Command(
      description =
          "Asks the provider to cancel pending jobs. The next run takes what they have done, and"
              + " submits the rest again or, with --finish sync, pays for it in calls.")
  int cancel(
      @Parameters(
              arity = "1..*",
              paramLabel = "JOB",
              description = "The provider's names of the jobs.")
          List<String> jobs,
      @Option(
              names = "--api-key-env",
              paramLabel = "NAME",
              description = "Environment variable that holds the key. Default: the provider's own.")
          String keyVariable)
      throws InterruptedException {
    List<KnownJob> known = jobs.stream().map(this::find).toList();
    for (KnownJob job : known) {
      if (job.isPending()) {
        cancel(job, Optional.ofNullable(keyVariable));
        print("asked " + job.provider() + " to cancel " + job.id().orElseThrow());
      } else {
        print(job.id().orElseThrow() + " has ended: " + job.state());
      }
    }
    return ExitCode.OK.number();
  }

  @Command(
      description =
          "Gives up pending jobs whose results no run can take. What they did is lost and counts as"
              + " charged; the next run submits their texts again. No call is made: cancel a job"
              + " first if the provider may still work on it.")
  int forget(
      @Parameters(
              arity = "1..*",
              paramLabel = "JOB",
              description = "The provider's names of the jobs.")
          List<String> jobs) {
    List<KnownJob> known = jobs.stream().map(this::find).toList();
    for (KnownJob job : known) {
      String id = job.id().orElseThrow();
      if (job.isPending()) {
        job.giveUp(where(), "embedctl jobs forget", Instant.now());
        print(
            "gave up "
                + id
                + ": its results are lost, and the next run submits its "
                + job.texts()
                + " texts again");
      } else {
        print(id + " has ended: " + job.state());
      }
    }
    return ExitCode.OK.number();
  }

  private void cancel(KnownJob job, Optional<String> keyVariable) throws InterruptedException {
    Providers providers =
        new Providers(settings(job, keyVariable), console.surroundings(), sentence -> {});
    try (BatchApi api = providers.batchApi()) {
      api.cancel(job.id().orElseThrow());
    } catch (ProviderException e) {
      throw new RunFailed("job " + job.id().orElseThrow() + " is not cancelled: " + e.getMessage());
    }
  }

  private static ProviderSettings settings(KnownJob job, Optional<String> keyVariable) {
    return new ProviderSettings(
        job.provider(),
        Optional.of(job.model()),
        OptionalInt.empty(),
        Normalization.NONE,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Oversize.ERROR,
        Optional.of(job.endpoint()).filter(endpoint -> !endpoint.isEmpty()),
        keyVariable,
        Optional.empty(),
        PlainKeys.REFUSED,
        TIMEOUT,
        RetryPolicy.USUAL,
        new PaceLimits(
            1, OptionalInt.empty(), OptionalLong.empty(), Duration.ofSeconds(1), TIMEOUT),
        SpendingLimit.NONE);
  }

  private KnownJob find(String id) {
    return KnownJob.in(where()).stream()
        .filter(job -> job.id().equals(Optional.of(id)))
        .findFirst()
        .orElseThrow(
            () ->
                new Usage(
                    "no job " + id + " in " + where() + "; embedctl jobs list prints the jobs"));
  }

  private Path where() {
    return Optional.ofNullable(folder).orElseGet(() -> UserFolders.cache(console.env()));
  }

  private void print(String line) {
    console.print(Printable.line(line) + "\n");
  }
}
