package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Reason;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.bytes.Output;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.report.ChunkTimes;
import dev.embedctl.report.ReportPage;
import dev.embedctl.report.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code embedctl report}: makes a page from the files that a run wrote. */
@Command(
    name = "report",
    description = "Makes one self-contained HTML page about a run.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  private static final String STANDARD_STREAM = "-";

  @Parameters(
      paramLabel = "METRICS",
      description = "A run's metrics file, OUTPUT.metrics.json; - is standard input.")
  String metrics;

  @Option(
      names = "--events",
      paramLabel = "FILE",
      description = "The same run's events file: adds the time of each chunk.")
  Path events;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The page; - is standard output. Default: run.report.html beside run.metrics.json;"
              + " standard output when METRICS is -.")
  String output;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces.")
  boolean verbose;

  private final Console console;

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Optional<Path> page = page();
    RunFiles.checkDistinct(
        Map.of(
            "METRICS",
            isStream(metrics) ? Optional.empty() : Optional.of(Path.of(metrics)),
            "--events",
            Optional.ofNullable(events)),
        Map.of("--output", page));
    RunRecord run = run();
    Optional<ChunkTimes> times = Optional.ofNullable(events).map(file -> times(file, run));
    write(ReportPage.html(run, times, source(), Version.number()), page);
    return ExitCode.OK.number();
  }

  private static boolean isStream(String name) {
    return name.equals(STANDARD_STREAM);
  }

  /** The page's file; empty for standard output. */
  private Optional<Path> page() {
    if (output != null) {
      return isStream(output) ? Optional.empty() : Optional.of(Path.of(output));
    }
    return isStream(metrics) ? Optional.empty() : Optional.of(beside(Path.of(metrics)));
  }

  private static Path beside(Path metrics) {
    String name = String.valueOf(metrics.getFileName());
    return metrics.resolveSibling(name.replaceFirst("(\\.metrics)?\\.json$", "") + ".report.html");
  }

  private String source() {
    return isStream(metrics)
        ? "standard input"
        : String.valueOf(Path.of(metrics).getFileName())
            + (events == null ? "" : " and " + events.getFileName());
  }

  private RunRecord run() {
    if (isStream(metrics)) {
      return read("standard input", () -> console.in(), RunRecord::read);
    }
    Path file = Path.of(metrics);
    Path beside = RunFiles.beside(file, ".metrics.json");
    if (Files.isRegularFile(beside)) {
      throw new Usage(metrics + ": a run's output; give its metrics: " + beside);
    }
    return read(metrics, () -> Files.newInputStream(file), RunRecord::read);
  }

  private static ChunkTimes times(Path file, RunRecord run) {
    return read(file.toString(), () -> Files.newInputStream(file), ChunkTimes::read).of(run);
  }

  /** Opens a file. */
  @FunctionalInterface
  private interface Opening {
    InputStream open() throws IOException;
  }

  /** Reads an object from a file with a name. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(InputStream in, String name) throws IOException;
  }

  private static <T> T read(String name, Opening opening, Reading<T> reading) {
    try (InputStream in = opening.open()) {
      try {
        return reading.read(in, name);
      } catch (IOException e) {
        throw new RunFailed(name + " cannot be read: " + e.getMessage(), e);
      }
    } catch (NoSuchFileException e) {
      throw new Usage(name + ": no such file; give a file that embedctl batch wrote");
    } catch (IOException e) {
      throw new Usage(name + " cannot be opened: " + Reason.of(e));
    }
  }

  private void write(byte[] page, Optional<Path> file) {
    if (file.isEmpty()) {
      Output out = new StreamOutput(console.out());
      out.write(page, 0, page.length);
      out.commit();
      return;
    }
    try (OutputFile out = OutputFile.open(file.get())) {
      out.write(page, 0, page.length);
      out.commit();
    }
  }
}
