package dev.embedctl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.testing.FaultyServer;
import dev.embedctl.testing.FaultyServer.Reply;
import dev.embedctl.testing.SimulatedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures whole runs against a server with a rate limit: the launcher's wall clock, including
 * start-up, divided by calls / rate, and the share of refused calls. The goals are at most 1.25,
 * fewer than 5 %, and no failed text.
 *
 * <p>A run that must learn the limit spends a few seconds on that, once. Arguments: the ideal
 * duration of a run (40 seconds), and words of how the server states it (each way).
 */
public final class PaceBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));
  private static final Duration LATENCY = Duration.ofMillis(50);

  private PaceBench() {}

  /** How a server states its limit. */
  private enum Telling {
    NOTHING("429 without headers"),
    RETRY_AFTER("Retry-After in whole seconds"),
    HEADERS("x-ratelimit headers with each reply"),
    A_WINDOWS_LENGTH("headers, reset always the window"),
    WHAT_IS_LEFT("headers, what is left and no reset");

    private final String said;

    Telling(String said) {
      this.said = said;
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 40;
    String words = arguments.length > 1 ? arguments[1] : "";
    System.out.printf(
        "| %-24s | %-36s | calls/s | ideal s |    s | ratio | refused | failed |%n",
        "limit", "how the server states it");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (int rate : List.of(20, 50)) {
      for (Telling telling : Telling.values()) {
        if (!telling.said.contains(words)) {
          continue;
        }
        int texts = seconds * rate;
        switch (telling) {
          case NOTHING, RETRY_AFTER, HEADERS -> {
            row("a bucket of " + rate, rate, telling, SimulatedServer.bucket(rate, rate), texts);
            row("a window of a second", rate, telling, SimulatedServer.fixedWindow(rate, 1), texts);
          }
          case A_WINDOWS_LENGTH, WHAT_IS_LEFT ->
              row("any second", rate, telling, SimulatedServer.slidingWindow(rate, 1), texts);
        }
      }
    }
  }

  private static void row(
      String limit, int rate, Telling telling, SimulatedServer limiter, int texts)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("pace-bench");
    Limited server = new Limited(limiter, rate, telling);
    try (FaultyServer socket = new FaultyServer((call, asked) -> server.reply())) {
      Files.write(
          folder.resolve("in.jsonl"),
          IntStream.range(0, texts).mapToObj(i -> "\"text " + i + "\"").toList());
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  BASE.resolve("bin/embedctl").toString(),
                  "batch",
                  "in.jsonl",
                  "-o",
                  "out.jsonl",
                  "--provider=openai",
                  "--model=m",
                  "--no-cache",
                  "--texts-per-request=1",
                  "--on-error=collect",
                  "--base-url=" + socket.baseUrl())
              .directory(folder.toFile())
              .inheritIO()
              .start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("the run does not end");
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      JsonNode metrics = JSON.readTree(folder.resolve("out.jsonl.metrics.json").toFile());
      double ideal = (double) texts / rate;
      System.out.printf(
          Locale.ROOT,
          "| %-24s | %-36s | %7d | %7.1f | %4.1f | %5.2f | %6.1f%% | %6d |%n",
          limit,
          telling.said,
          rate,
          ideal,
          seconds,
          seconds / ideal,
          100.0 * metrics.get("rate_limited").intValue() / metrics.get("api_calls").intValue(),
          metrics.get("errors").intValue());
    } finally {
      delete(folder);
    }
  }

  /** A rate limit in real time. */
  private static final class Limited {
    private final SimulatedServer limiter;
    private final int rate;
    private final Telling telling;
    private final long start = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private double left;
    private double at;

    Limited(SimulatedServer limiter, int rate, Telling telling) {
      this.limiter = limiter;
      this.rate = rate;
      this.telling = telling;
      this.left = rate;
    }

    Reply reply() {
      lock.lock();
      try {
        double now = now();
        OptionalDouble refusal = limiter.arrives(now);
        left = Math.min(rate, left + (now - at) * rate);
        at = now;
        if (refusal.isPresent()) {
          return FaultyServer.status(429, "{}", headers(refusal.getAsDouble()));
        }
        left = Math.max(0, left - 1);
        String[] headers = headers(0);
        return (texts, socket) -> {
          LockSupport.parkNanos(LATENCY.toNanos());
          FaultyServer.goodWith(headers).to(texts, socket);
        };
      } finally {
        lock.unlock();
      }
    }

    private double now() {
      return (System.nanoTime() - start) / 1e9;
    }

    private String[] headers(double wait) {
      List<String> headers = new ArrayList<>();
      switch (telling) {
        case NOTHING -> {}
        case RETRY_AFTER -> {
          if (wait > 0) {
            headers.add("Retry-After: " + (int) Math.ceil(wait));
          }
        }
        case HEADERS -> {
          headers.add("x-ratelimit-remaining-requests: " + (int) left);
          headers.add(
              "x-ratelimit-reset-requests: " + (int) Math.ceil(1000 * (rate - left) / rate) + "ms");
        }
        case A_WINDOWS_LENGTH -> {
          headers.add("x-ratelimit-limit-requests: " + rate);
          headers.add("x-ratelimit-remaining-requests: " + limiter.left(now()));
          headers.add("x-ratelimit-reset-requests: 1s");
        }
        case WHAT_IS_LEFT -> {
          headers.add("x-ratelimit-limit-requests: " + rate);
          headers.add("x-ratelimit-remaining-requests: " + limiter.left(now()));
        }
      }
      return headers.toArray(String[]::new);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
