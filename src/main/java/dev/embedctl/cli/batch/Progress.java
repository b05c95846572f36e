package dev.embedctl.cli.batch;

import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.TerminalWidth;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.report.ProgressText;
import dev.embedctl.report.RunMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shows the progress of a run on standard error, from its own thread that reads the run's metrics:
 * a bar ten times a second, a line every minute, or nothing.
 */
final class Progress implements AutoCloseable {
  private static final Duration BETWEEN_DRAWS = Duration.ofMillis(100);
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  /** The form of the progress. */
  enum Form {
    BAR,
    LINES,
    NOTHING
  }

  private final Form form;
  private final Console console;
  private final StatusLine line;
  private final Width width;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Optional<CountingSource> source = Optional.empty();

  Progress(Form form, Console console, Width width) {
    this.form = form;
    this.line = new StatusLine(console.err());
    this.console = form == Form.BAR ? console.withErr(line.others()) : console;
    this.width = width;
  }

  /** The progress of a plan's run. */
  static Progress of(ProgressMode mode, BatchPlan plan, Console console) {
    return new Progress(
        form(mode, plan, console), console, Width.of(console.env(), TerminalWidth::now));
  }

  /** A bar needs a terminal that is not dumb and that does not also show the data. */
  static Form form(ProgressMode mode, BatchPlan plan, Console console) {
    if (plan.verbosity() == Verbosity.QUIET || mode == ProgressMode.NEVER) {
      return Form.NOTHING;
    }
    boolean screen =
        console.terminals().contains(Stream.ERR)
            && !console.env().getOrDefault("TERM", "").equals("dumb");
    boolean dataOnScreen =
        plan.destination().path().isEmpty() && console.terminals().contains(Stream.OUT);
    if (mode == ProgressMode.ALWAYS || (screen && !dataOnScreen)) {
      return Form.BAR;
    }
    return plan.verbosity() == Verbosity.VERBOSE ? Form.LINES : Form.NOTHING;
  }

  /** The console for messages that are printed while the bar may be visible. */
  Console console() {
    return console;
  }

  /** The same source; its records are counted to estimate the rest. */
  RecordSource watched(RecordSource read) {
    if (form == Form.NOTHING) {
      return read;
    }
    CountingSource counting = new CountingSource(read);
    source = Optional.of(counting);
    return counting;
  }

  /** Starts the display. */
  void begin(RunMetrics metrics, Optional<Price> price) {
    ProgressText text = new ProgressText(price);
    switch (form) {
      case BAR -> {
        Signals.whenResized(width::changed);
        start(
            BETWEEN_DRAWS,
            () -> {
              int columns = width.columns();
              line.draw(text.bar(metrics.now(), total(), columns), columns);
            });
      }
      case LINES -> start(BETWEEN_LINES, () -> console.say(text.sentence(metrics.now(), total())));
      case NOTHING -> {}
    }
  }

  private void start(Duration pause, Runnable show) {
    Thread.ofPlatform()
        .daemon()
        .name("progress")
        .start(
            () -> {
              try {
                while (!ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                  show.run();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private OptionalDouble total() {
    return source.map(CountingSource::total).orElse(OptionalDouble.empty());
  }

  /** Ends the display and erases the bar. */
  @Override
  public void close() {
    ended.countDown();
    line.close();
  }
}
