package dev.embedctl.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Plans a Spark job of any size without running it: hours and dollars by calculation from the
 * limits, and hours by a simulation of all calls in the rounds of tasks in which the job sends
 * them. In the simulation, latencies vary, tasks wait for the slowest one of their round, and some
 * are lost and run again.
 *
 * <p>Arguments: any of {@link #DEFAULTS} as {@code name=value}. Without {@code rows}, {@code rpm}
 * and {@code tpm}, a table for several of them.
 */
public final class SparkSizing {
  /** The settings, and their values if they are not given. */
  private static final Map<String, Double> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("rows", 0.0);
    DEFAULTS.put("duplicates", 0.3); // share of the rows
    DEFAULTS.put("cached", 0.0); // share of the distinct texts
    DEFAULTS.put("tokens", 100.0); // of a text
    DEFAULTS.put("dimensions", 1536.0);
    DEFAULTS.put("executors", 8.0);
    DEFAULTS.put("cores", 4.0); // of an executor
    DEFAULTS.put("concurrency", 64.0);
    DEFAULTS.put("rpm", 0.0); // 0 is no limit
    DEFAULTS.put("tpm", 0.0);
    DEFAULTS.put("latency-ms", 500.0);
    DEFAULTS.put("texts-per-request", 2048.0);
    DEFAULTS.put("tokens-per-request", 300_000.0);
    DEFAULTS.put("texts-per-task", 50_000.0);
    DEFAULTS.put("lost", 0.01); // share of the tasks that run again
    DEFAULTS.put("round-seconds", 5.0); // what Spark needs for a round beside the calls
    DEFAULTS.put("rows-per-core-second", 5_000.0); // of reading, joining and writing
    DEFAULTS.put("usd-per-million-tokens", 0.02);
    DEFAULTS.put("usd-per-core-hour", 0.05);
  }

  private SparkSizing() {}

  /** A job, and what it takes. */
  private record Plan(Map<String, Double> settings) {
    double get(String name) {
      return settings.get(name);
    }

    long texts() {
      return Math.round(get("rows") * (1 - get("duplicates")) * (1 - get("cached")));
    }

    int slots() {
      return (int) (get("executors") * get("cores"));
    }

    /** As the job chooses it: each task has at least one call, one request and one token. */
    int tasks() {
      double most = Math.min(slots(), get("concurrency"));
      most = Math.min(most, limit("rpm"));
      return (int) Math.max(1, Math.min(most, Math.ceil(texts() / 2_000.0)));
    }

    /** A limit a minute, or a number that limits nothing. */
    double limit(String name) {
      return get(name) == 0 ? Double.MAX_VALUE : get(name);
    }

    /** Under a limit of tokens, a task sends at least twelve requests a minute. */
    long textsPerCall() {
      double tokens = Math.min(get("tokens-per-request"), limit("tpm") / tasks() / 12);
      return (long) Math.max(1, Math.min(get("texts-per-request"), tokens / get("tokens")));
    }

    long calls() {
      return Math.ceilDiv(texts(), textsPerCall());
    }

    double tokens() {
      return texts() * get("tokens");
    }

    /** The hours of the work that is not waiting for calls. */
    double sparkHours() {
      return get("rows") / get("rows-per-core-second") / slots() / 3600;
    }

    /** The hours that no arrangement can fall below. */
    double calculatedHours() {
      double minutes =
          Math.max(
              calls() * get("latency-ms") / 60_000 / get("concurrency"),
              Math.max(calls() / limit("rpm"), tokens() / limit("tpm")));
      return minutes / 60 + sparkHours();
    }

    double providerUsd() {
      return tokens() / 1e6 * get("usd-per-million-tokens");
    }

    double vectorGigabytes() {
      return texts() * get("dimensions") * Float.BYTES / 1e9;
    }
  }

  /**
   * The result of a simulation.
   *
   * @param hours the duration of the job
   * @param textsPaidAgain texts of lost tasks
   */
  private record Outcome(double hours, long textsPaidAgain) {}

  public static void main(String[] arguments) {
    Map<String, Double> settings = new LinkedHashMap<>(DEFAULTS);
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length < 2 || !DEFAULTS.containsKey(parts[0])) {
        System.err.println(
            argument + ": give NAME=VALUE, with a name of " + String.join(", ", DEFAULTS.keySet()));
        System.exit(2);
      }
      settings.put(parts[0], Double.valueOf(parts[1]));
    }
    System.out.println(
        "| rows | distinct texts | calls/min | tokens/min | tasks | calls | hours, calculated |"
            + " hours, simulated | paid again | provider | cluster | vectors |");
    System.out.println("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    plans(settings).forEach(SparkSizing::row);
  }

  private static List<Plan> plans(Map<String, Double> settings) {
    List<Double> rows =
        settings.get("rows") > 0 ? List.of(settings.get("rows")) : List.of(1e6, 1e7, 1e8, 1e9);
    boolean limited = settings.get("rpm") > 0 || settings.get("tpm") > 0;
    List<List<Double>> limits =
        limited
            ? List.of(List.of(settings.get("rpm"), settings.get("tpm")))
            : List.of(List.of(3_000.0, 1e6), List.of(10_000.0, 1e7), List.of(0.0, 0.0));
    List<Plan> plans = new ArrayList<>();
    for (List<Double> limit : limits) {
      for (double count : rows) {
        Map<String, Double> each = new LinkedHashMap<>(settings);
        each.put("rows", count);
        each.put("rpm", limit.get(0));
        each.put("tpm", limit.get(1));
        plans.add(new Plan(each));
      }
    }
    return plans;
  }

  private static void row(Plan plan) {
    Outcome outcome = simulated(plan);
    System.out.printf(
        Locale.ROOT,
        "| %,.0f | %,d | %s | %s | %d | %,d | %s | %s | %.2f %% | $%,.2f | $%,.2f | %,.1f GB |%n",
        plan.get("rows"),
        plan.texts(),
        stated(plan.get("rpm")),
        stated(plan.get("tpm")),
        plan.tasks(),
        plan.calls(),
        hours(plan.calculatedHours()),
        hours(outcome.hours()),
        100.0 * outcome.textsPaidAgain() / Math.max(1, plan.texts()),
        plan.providerUsd() * (1 + (double) outcome.textsPaidAgain() / Math.max(1, plan.texts())),
        outcome.hours() * plan.slots() * plan.get("usd-per-core-hour"),
        plan.vectorGigabytes());
  }

  private static String stated(double limit) {
    return limit == 0 ? "no limit" : String.format(Locale.ROOT, "%,.0f", limit);
  }

  private static String hours(double hours) {
    return String.format(Locale.ROOT, hours < 10 ? "%.2f" : "%,.0f", hours);
  }

  private static Outcome simulated(Plan plan) {
    Random random = new Random(1);
    double seconds = plan.sparkHours() * 3600;
    long again = 0;
    long left = plan.texts();
    int tasks = plan.tasks();
    while (left > 0) {
      long round = Math.min(left, Math.round(plan.get("texts-per-task")) * tasks);
      double slowest = 0;
      for (int task = 0; task < tasks; task++) {
        long texts = round / tasks + (task < round % tasks ? 1 : 0);
        double took = task(plan, share(plan, tasks, task), texts, random);
        if (random.nextDouble() < plan.get("lost")) {
          double done = random.nextDouble();
          again += Math.round(done * texts);
          took += done * took;
        }
        slowest = Math.max(slowest, took);
      }
      seconds += slowest + plan.get("round-seconds");
      left -= round;
    }
    return new Outcome(seconds / 3600, again);
  }

  /** The calls that a task may have at once. */
  private static int share(Plan plan, int tasks, int task) {
    int calls = (int) plan.get("concurrency");
    return calls / tasks + (task < calls % tasks ? 1 : 0);
  }

  /** The seconds of a task, each of whose calls begins when its share of the limits allows it. */
  private static double task(Plan plan, int atOnce, long texts, Random random) {
    long textsPerCall = plan.textsPerCall();
    double tasks = plan.tasks();
    double pause =
        Math.max(
            60 * tasks / plan.limit("rpm"),
            60 * tasks * textsPerCall * plan.get("tokens") / plan.limit("tpm"));
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int i = 0; i < atOnce; i++) {
      free.add(0.0);
    }
    double allowed = 0;
    double end = 0;
    for (long left = texts; left > 0; left -= textsPerCall) {
      double start = Math.max(allowed, free.remove());
      double share = Math.min(1.0, (double) left / textsPerCall);
      double finished = start + latency(plan, random);
      free.add(finished);
      allowed = start + pause * share;
      end = Math.max(end, Math.max(finished, allowed));
    }
    return end;
  }

  /** Seconds with the given mean; one call in a hundred takes more than twice as long. */
  private static double latency(Plan plan, Random random) {
    double sigma = 0.4;
    return plan.get("latency-ms")
        / 1e3
        * Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
  }
}
