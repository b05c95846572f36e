package dev.embedctl.spark;

import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.OptionWords;
import dev.embedctl.io.bytes.Printable;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.report.EventLog;
import dev.embedctl.report.RunSummary;
import dev.embedctl.report.SummaryText;
import dev.embedctl.service.JvmProperties;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The job: from the command line to an exit code. */
public final class JobMain {
  private final Supplier<SparkSession> session;
  private final PrintStream err;

  /** A job in a session, which is asked for when the command line is right. */
  JobMain(Supplier<SparkSession> session, PrintStream err) {
    this.session = session;
    this.err = err;
  }

  /**
   * Runs the job. It exits only where it failed: a cluster takes an exit before the end of the main
   * method for a failure.
   */
  public static void main(String[] args) {
    JvmProperties.recommended(Path.of("")).forEach(System.getProperties()::putIfAbsent);
    SparkSession.Builder session =
        SparkSession.builder().appName("embedctl").config("spark.speculation", "false");
    int code = new JobMain(session::getOrCreate, System.err).run(args);
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
    if (code != ExitCode.OK.number()) {
      System.exit(code);
    }
  }

  /** Runs a command line; returns its exit code. */
  int run(String... args) {
    JobOptions typed = new JobOptions();
    CommandLine line = new CommandLine(typed).setCaseInsensitiveEnumValuesAllowed(true);
    try {
      if (CommandLine.printHelpIfRequested(line.parseArgs(args))) {
        return ExitCode.OK.number();
      }
      return run(typed);
    } catch (ParameterException e) {
      say(e.getMessage() + "; see --help");
      return ExitCode.USAGE.number();
    } catch (EmbedctlException e) {
      say(OptionWords.in(e.getMessage()));
      trace(e, typed);
      return ExitCode.of(e).number();
    } catch (IOException | RuntimeException e) {
      say("internal error: " + e);
      trace(e, typed);
      return ExitCode.RUN_FAILED.number();
    }
  }

  private int run(JobOptions typed) throws IOException {
    EmbedColumn column = typed.column();
    SparkSession spark = session.get();
    JobOutput output = new JobOutput(spark, typed);
    output.check();
    Optional<EventLog> events = events(typed, output);
    JobReport report = new JobReport(typed.settings().provider(), events);
    try {
      return run(typed, column.listener(report), spark, output, report);
    } catch (EmbedctlException e) {
      Optional<String> reason = Optional.of(OptionWords.in(e.getMessage()));
      report.end(output, new JobOutput.Written(0, 0), 0, reason);
      throw e;
    } finally {
      if (events.isPresent()) {
        events.get().close();
      }
    }
  }

  private static Optional<EventLog> events(JobOptions typed, JobOutput output) throws IOException {
    return typed.events == null
        ? Optional.empty()
        : Optional.of(
            new EventLog(output.create(typed.events), Clock.systemUTC(), UUID.randomUUID()));
  }

  private int run(
      JobOptions typed, EmbedColumn column, SparkSession spark, JobOutput output, JobReport report)
      throws IOException {
    JobOutput.Written written;
    long errors;
    try {
      EmbeddedRows embedded =
          column.run(
              JobInput.read(spark, typed),
              JobOutput.TEXT,
              JobOutput.EMBEDDING,
              Optional.of(JobOutput.ID));
      written = output.write(embedded.rows());
      errors = output.writeErrors(embedded.errors());
    } catch (Exception e) {
      throw known(e);
    }
    RunSummary summary = report.end(output, written, errors, Optional.empty());
    say(SummaryText.of(summary) + ": " + typed.output);
    if (errors == 0) {
      return ExitCode.OK.number();
    }
    say(
        errors
            + " of "
            + summary.batchSize()
            + " rows failed; "
            + output.errors().orElseThrow()
            + " lists them with the reasons, and can be the input of the next run");
    return ExitCode.SOME_FAILED.number();
  }

  /** A failure of Spark as one of the run. Scala's exceptions are not declared. */
  private static EmbedctlException known(Exception failure) {
    return switch (failure) {
      case EmbedctlException known -> known;
      case AnalysisException wrong -> new Usage(firstLine(wrong));
      case SparkException failed when hasOldJava(failed) ->
          new RunFailed(
              "the executors run a Java that is too old for the job, which needs 21 or newer: set"
                  + " spark.executorEnv.JAVA_HOME",
              failed);
      default -> new RunFailed("Spark: " + firstLine(failure), failure);
    };
  }

  private static boolean hasOldJava(Throwable failure) {
    return String.valueOf(failure.getMessage()).contains("UnsupportedClassVersionError");
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("" + failure);
  }

  private void say(String message) {
    err.println("embedctl: " + Printable.line(message));
  }

  private void trace(Exception failure, JobOptions typed) {
    if (typed.verbose) {
      failure.printStackTrace(err);
    }
  }
}
