package dev.embedctl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the Spark job on two tasks at a time, in a process of its own: rows of which three in
 * ten repeat a text, and a server that answers each call after 50 ms. Then the same rows again,
 * which are in the cache table now; the same rows by {@code batch}; and one text a call without a
 * cache, of which a sample is measured and multiplied.
 *
 * <p>Argument: the number of rows (1,000,000). The figures of tasks are those of Spark's event log.
 */
public final class SparkBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LATENCY = Duration.ofMillis(50);
  private static final int CONCURRENCY = 10;
  private static final int DIMENSIONS = 384;
  private static final int TASKS = 2;
  private static final int SAMPLE = 2_000;

  private final Program files;
  private final LatencyServer server;
  private final int rows;

  private SparkBench(Program files, LatencyServer server, int rows) {
    this.files = files;
    this.server = server;
    this.rows = rows;
  }

  /**
   * The figures of a job.
   *
   * @param seconds the wall clock time, including the start of Spark
   * @param calls the calls that the server answered
   * @param peakBytes the peak of the process's own memory, with the driver and all tasks
   * @param shuffled the bytes that tasks wrote for other tasks
   * @param taskBytes the most memory of Spark's that one task used
   * @param spilled the bytes for which that memory was too small
   * @param busySeconds the time of all tasks together
   * @param cpuSeconds the processor time of their threads, without the threads that embed
   */
  private record Job(
      double seconds,
      int calls,
      OptionalLong peakBytes,
      long shuffled,
      long taskBytes,
      long spilled,
      double busySeconds,
      double cpuSeconds) {
    String note() {
      return String.format(
          Locale.ROOT,
          "%,d calls; %,d MB shuffled, %,d MB spilled, at most %,d MB for a task's sorting and"
              + " joining, %,d MB for the whole process; %.1f s of tasks, %.1f s of them on"
              + " a processor",
          calls,
          shuffled >> 20,
          spilled >> 20,
          taskBytes >> 20,
          peakBytes.orElse(0) >> 20,
          busySeconds,
          cpuSeconds);
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Table table = new Table(SparkBench.class, arguments);
    int rows =
        table.arguments().isEmpty() ? 1_000_000 : Integer.parseInt(table.arguments().getFirst());
    try (Program files = new Program();
        LatencyServer server = new LatencyServer(DIMENSIONS)) {
      new SparkBench(files, server, rows).run(table);
    }
  }

  private void run(Table table) throws IOException, InterruptedException {
    writeRows();
    int distinct = distinct();
    Job first = job("first");
    double waves = Math.ceilDiv(first.calls(), CONCURRENCY);
    double ideal = waves * LATENCY.toNanos() / 1e9;
    table.add(
        String.format(Locale.ROOT, "%,d rows, %,d distinct texts, none cached", rows, distinct),
        ideal,
        first.seconds(),
        "s",
        String.format(
            Locale.ROOT,
            "%.0f x %d ms; %,.0f rows/s; %s",
            waves,
            LATENCY.toMillis(),
            rows / first.seconds(),
            first.note()));
    Job second = job("second");
    table.add(
        "the same rows again, all cached",
        first.seconds(),
        second.seconds(),
        "s",
        String.format(
            Locale.ROOT,
            "the first run; %,.0f rows/s; %s",
            rows / second.seconds(),
            second.note()));
    batch(ideal, table);
    oneTextACall(TASKS, "one text a call, one call a task, no cache, as peers do", first, table);
    oneTextACall(CONCURRENCY, "the same with ten calls at once", first, table);
  }

  private int distinct() {
    return Math.max(1, (int) (rows * 0.7));
  }

  /** Rows whose repeated texts are far apart. */
  private void writeRows() throws IOException {
    int distinct = distinct();
    try (BufferedWriter out = Files.newBufferedWriter(files.file("in.jsonl"))) {
      for (int row = 0; row < rows; row++) {
        out.write(
            "{\"id\":\"" + row + "\",\"text\":\"" + LatencyServer.TEXT + row % distinct + "\"}\n");
      }
    }
  }

  private Job job(String name) throws IOException, InterruptedException {
    Path events = Files.createDirectory(files.file(name + "-events"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx3g",
                "-Xlog:disable",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dspark.master=local[" + TASKS + "]",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Dspark.ui.enabled=false",
                "-Dspark.local.dir=" + files.file("spark"),
                "-Dspark.sql.warehouse.dir=" + files.file("warehouse"),
                "-Dspark.eventLog.enabled=true",
                "-Dspark.eventLog.compress=false",
                "-Dspark.eventLog.rolling.enabled=false",
                "-Dspark.eventLog.dir=" + events.toUri(),
                "dev.embedctl.spark.EmbedJob",
                "--input=" + files.file("in.jsonl"),
                "--output=" + files.file(name + "-out"),
                "--cache=" + files.file("table"),
                "--provider=openai",
                "--model=m",
                "--concurrency=" + CONCURRENCY,
                "--base-url=" + server.baseUrl()));
    server.answerAfter(LATENCY);
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).inheritIO().start();
    OptionalLong peak = OptionalLong.empty();
    do {
      peak = Program.peakOf(process.pid(), peak);
    } while (!process.waitFor(20, TimeUnit.MILLISECONDS));
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException("the job ended with " + process.exitValue());
    }
    return ofEvents(events, seconds, peak);
  }

  private Job ofEvents(Path events, double seconds, OptionalLong peak) throws IOException {
    long shuffled = 0;
    long taskBytes = 0;
    long spilled = 0;
    double busy = 0;
    double cpu = 0;
    try (Stream<Path> logs = Files.list(events);
        BufferedReader log = Files.newBufferedReader(logs.findFirst().orElseThrow())) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        JsonNode event = JSON.readTree(line);
        if (event.path("Event").asText().equals("SparkListenerTaskEnd")) {
          JsonNode task = event.path("Task Metrics");
          shuffled += task.path("Shuffle Write Metrics").path("Shuffle Bytes Written").asLong();
          taskBytes = Math.max(taskBytes, task.path("Peak Execution Memory").asLong());
          spilled += task.path("Disk Bytes Spilled").asLong();
          busy += task.path("Executor Run Time").asLong() / 1e3;
          cpu += task.path("Executor CPU Time").asLong() / 1e9;
        }
      }
    }
    return new Job(seconds, server.calls(), peak, shuffled, taskBytes, spilled, busy, cpu);
  }

  private void batch(double ideal, Table table) throws IOException, InterruptedException {
    server.answerAfter(LATENCY);
    Program.Run run =
        files.batch(
            "in.jsonl",
            List.of(
                "--output=out.parquet",
                "--cache=cache",
                "--provider=openai",
                "--model=m",
                "--concurrency=" + CONCURRENCY,
                "--base-url=" + server.baseUrl()));
    table.add(
        "the same rows by batch, none cached",
        ideal,
        run.seconds(),
        "s",
        String.format(
            Locale.ROOT,
            "the same; %,d calls; %,.0f rows/s",
            server.calls(),
            rows / run.seconds()));
  }

  private void oneTextACall(int atOnce, String row, Job first, Table table)
      throws IOException, InterruptedException {
    int sample = Math.min(rows, SAMPLE);
    server.answerAfter(LATENCY);
    double seconds = BareCalls.seconds(server, sample, atOnce) * rows / sample;
    table.add(
        row,
        first.seconds(),
        seconds,
        "s",
        String.format(
            Locale.ROOT,
            "the first run; %,d calls, of which %,d were measured in a bare loop and multiplied by"
                + " %,d; %,.0f rows/s",
            rows,
            sample,
            rows / sample,
            rows / seconds));
  }
}
