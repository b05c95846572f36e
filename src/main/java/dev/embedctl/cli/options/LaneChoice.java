package dev.embedctl.cli.options;

import dev.embedctl.jobs.LaneOptions.Finish;
import dev.embedctl.model.EmbedctlException.Usage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the way of texts to the provider, as typed. */
public final class LaneChoice {
  @Option(
      names = "--lane",
      paramLabel = "sync|async",
      defaultValue = "sync",
      description =
          "sync: calls; async: the provider's jobs at a lower price, which last for hours. Default:"
              + " sync.")
  Lane lane;

  @Option(
      names = "--wait",
      paramLabel = "D",
      converter = DurationConverter.class,
      description =
          "With --lane async: wait this long for jobs, then end with exit code 75; the same command"
              + " continues. Default: no end.")
  Duration wait;

  @Option(
      names = "--finish",
      paramLabel = "sync|async",
      defaultValue = "async",
      description =
          "With --lane async: texts that a job did not embed are paid at full price, or submitted"
              + " again up to --max-attempts. Default: async.")
  Finish finish;

  /** The ways of texts to a provider. */
  enum Lane {
    SYNC,
    ASYNC
  }

  /**
   * What was chosen for jobs.
   *
   * @param longest the longest wait for them; empty for no end
   */
  public record Jobs(Optional<Duration> longest, Finish finish) {
    public Jobs {
      Objects.requireNonNull(longest);
      Objects.requireNonNull(finish);
    }
  }

  /**
   * The jobs, if they were chosen.
   *
   * @throws Usage if options contradict each other
   */
  public Optional<Jobs> jobs() {
    return switch (lane) {
      case SYNC -> {
        if (wait != null || finish == Finish.SYNC) {
          throw new Usage(
              (wait == null ? "--finish" : "--wait") + " needs --lane async; add it, or drop it");
        }
        yield Optional.empty();
      }
      case ASYNC -> Optional.of(new Jobs(Optional.ofNullable(wait), finish));
    };
  }
}
