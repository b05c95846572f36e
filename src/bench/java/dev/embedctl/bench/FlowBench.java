package dev.embedctl.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Compares the time of whole runs, including start-up, with the time that their calls take:
 * ceil(calls / 10) times the latency of a call. The scenarios are those of the flow's tables, then
 * the same with full requests, and a larger one.
 *
 * <p>Argument: a prefix; only scenarios with this prefix are run.
 */
public final class FlowBench {
  private static final int CONCURRENCY = 10;
  private static final int DIMENSIONS = 384;
  private static final Duration USUAL = Duration.ofMillis(300);
  private static final Duration SHORT = Duration.ofMillis(50);

  private FlowBench() {}

  /**
   * A scenario.
   *
   * @param hits the percentage of texts that are in the cache
   */
  private record Scenario(int texts, int hits, Duration latency, Packing packing) {
    String row() {
      return String.format(
          Locale.ROOT,
          "%,d texts, %d %% hits, %d ms a call, %s",
          texts,
          hits,
          latency.toMillis(),
          packing.said);
    }

    /** The numbers of the cached texts, spread over the input. */
    IntStream cached() {
      return IntStream.range(0, texts).filter(text -> text % 100 < hits);
    }
  }

  /** The number of texts in a call. */
  private enum Packing {
    ONE("1", "one text a call"),
    AUTO("auto", "packed");

    private final String option;
    private final String said;

    Packing(String option, String said) {
      this.option = option;
      this.said = said;
    }
  }

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario(100, 75, USUAL, Packing.ONE),
          new Scenario(1000, 80, USUAL, Packing.ONE),
          new Scenario(1000, 0, USUAL, Packing.ONE),
          new Scenario(100, 75, USUAL, Packing.AUTO),
          new Scenario(1000, 80, USUAL, Packing.AUTO),
          new Scenario(1000, 0, USUAL, Packing.AUTO),
          new Scenario(100_000, 0, SHORT, Packing.AUTO));

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Table table = new Table(FlowBench.class, arguments);
    String wanted = table.arguments().isEmpty() ? "" : table.arguments().get(0);
    for (Scenario scenario : SCENARIOS) {
      if (scenario.row().startsWith(wanted)) {
        row(scenario, table);
      }
    }
  }

  private static void row(Scenario scenario, Table table) throws IOException, InterruptedException {
    try (Program program = new Program();
        LatencyServer server = new LatencyServer(DIMENSIONS)) {
      program.input("in.jsonl", IntStream.range(0, scenario.texts()));
      if (scenario.hits() > 0) {
        program.input("cached.jsonl", scenario.cached());
        Program.Run unused = program.batch("cached.jsonl", options(server, Packing.AUTO));
      }
      server.answerAfter(scenario.latency());
      Program.Run run = program.batch("in.jsonl", options(server, scenario.packing()));
      int waves = Math.ceilDiv(server.calls(), CONCURRENCY);
      table.add(
          scenario.row(),
          waves * scenario.latency().toNanos() / 1e9,
          run.seconds(),
          "s",
          note(scenario, waves, server, run));
      if (scenario.hits() == 0 && scenario.packing() == Packing.ONE) {
        table.add(
            "the same calls in a bare loop over the JDK's client, replies discarded",
            waves * scenario.latency().toNanos() / 1e9,
            BareCalls.seconds(server, scenario.texts(), CONCURRENCY),
            "s",
            "the same, including a JVM's start");
      }
    }
  }

  private static List<String> options(LatencyServer server, Packing packing) {
    return List.of(
        "--output=out.jsonl",
        "--cache=cache",
        "--provider=openai",
        "--model=m",
        "--base-url=" + server.baseUrl(),
        "--concurrency=" + CONCURRENCY,
        "--texts-per-request=" + packing.option);
  }

  private static String note(Scenario scenario, int waves, LatencyServer server, Program.Run run) {
    return String.format(
        Locale.ROOT,
        "%d x %d ms; %d calls on %d connections, the first after %.2f s, %.2f ms from a reply"
            + " to the next call, %.2f s from the last one to the end; workers busy %.1f %%",
        waves,
        scenario.latency().toMillis(),
        server.calls(),
        server.connections(),
        (server.firstCall() - run.start()) / 1e9,
        server.meanGap().toNanos() / 1e6,
        (run.end() - server.lastReply()) / 1e9,
        100 * run.metrics().get("worker_utilization").doubleValue());
  }
}
