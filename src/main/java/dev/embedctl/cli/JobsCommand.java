package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.Advice;
import dev.embedctl.cli.options.GatewayOptions;
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
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.pace.PaceLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The command {@code embedctl jobs}. */
@Command(
    name = "jobs",
    description =
        "Lists, cancels and gives up the jobs of runs with --lane async that are not complete.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT, // each command below it has its own help
    synopsisSubcommandLabel = "COMMAND")
final class JobsCommand extends CacheFolderCommand {
  @Mixin GatewayOptions way;

  JobsCommand(Console console) {
    super(console, "list");
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
          List<String> jobs)
      throws InterruptedException {
    List<KnownJob> known = jobs.stream().map(this::find).toList();
    ExitCode code = ExitCode.OK;
    for (KnownJob job : known) {
      String id = job.id().orElseThrow();
      try {
        print(job.isPending() ? cancelled(job, id) : id + " has ended: " + job.state());
      } catch (RunFailed e) {
        console.say(Advice.on(e));
        code = ExitCode.RUN_FAILED;
      }
    }
    return code.number();
  }

  @Command(
      description =
          "Gives up pending jobs whose results no run can take. What they did is lost and counts as"
              + " charged; the next run submits their texts again. No call is made: cancel a job"
              + " first if the provider may still work on it, and delete files of its results"
              + " there.")
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
                + " texts again; files of its results stay at the provider, so delete them there");
      } else {
        print(id + " has ended: " + job.state());
      }
    }
    return ExitCode.OK.number();
  }

  /** Asks to cancel a job, and returns a sentence about its state. */
  private String cancelled(KnownJob job, String id) throws InterruptedException {
    Providers providers = new Providers(settings(job), console.surroundings(), sentence -> {});
    try (BatchApi api = providers.batchApi()) {
      return switch (api.cancel(id)) {
        case JobState.Pending state -> "asked " + job.provider() + " to cancel " + id;
        case JobState.Cancelled state -> id + " is cancelled";
        case JobState.Completed state -> id + " has ended: completed";
        case JobState.Expired state -> id + " has ended: expired";
        case JobState.Failed(ProviderException cause) ->
            id + " has ended: failed: " + cause.getMessage();
        case JobState.OverQuota(OptionalLong limit, String message) ->
            id + " has ended: " + message;
        case JobState.Forgotten(String message) ->
            throw new RunFailed(
                "job "
                    + id
                    + " is not at the provider for this key ("
                    + message
                    + "); use the key of the account and project that submitted it");
      };
    } catch (ProviderException e) {
      throw new RunFailed("job " + id + " is not cancelled: " + e.getMessage(), e);
    }
  }

  private ProviderSettings settings(KnownJob job) {
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
        way.keyVariable(),
        way.gateway(),
        way.plainKeys(),
        way.timeout(),
        RetryPolicy.USUAL,
        new PaceLimits(
            1, OptionalInt.empty(), OptionalLong.empty(), Duration.ofSeconds(1), way.timeout()),
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
}
