package dev.embedctl.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures the peak memory of whole runs with the launcher's heap. It must stay below the promised
 * limit and must not grow with the input. The records of the long inputs repeat a thousand texts,
 * so that few vectors are requested.
 *
 * <p>Argument: the number of records in the longer input (ten million); the shorter one has a tenth
 * of them. Needs Linux, whose kernel records the peak.
 */
public final class MemoryBench {
  private static final int TEXTS = 1000;
  private static final int FEW_DIMENSIONS = 8;
  private static final int USUAL_DIMENSIONS = 384;
  private static final double MEGABYTE = 1e6;
  private static final double PROMISED = 400;

  private MemoryBench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Table table = new Table(MemoryBench.class, arguments);
    List<String> own = table.arguments();
    int records = own.isEmpty() ? 10_000_000 : Integer.parseInt(own.get(0));
    int distinct = records / 10;
    table.add(
        String.format(Locale.ROOT, "peak memory of %,d texts, all different", distinct),
        PROMISED,
        peak(IntStream.range(0, distinct), USUAL_DIMENSIONS),
        "MB",
        "upper limit for any input; vectors of 384 floats, none cached before");
    double shorter = peak(ofFewTexts(records / 10), FEW_DIMENSIONS);
    table.add(
        String.format(Locale.ROOT, "peak memory of %,d records", records / 10),
        PROMISED,
        shorter,
        "MB",
        "upper limit for any input");
    table.add(
        String.format(Locale.ROOT, "peak memory of %,d records", records),
        shorter,
        peak(ofFewTexts(records), FEW_DIMENSIONS),
        "MB",
        "the peak of a tenth of the records");
  }

  private static IntStream ofFewTexts(int records) {
    return IntStream.range(0, records).map(record -> record % TEXTS);
  }

  /** Megabytes. */
  private static double peak(IntStream texts, int dimensions)
      throws IOException, InterruptedException {
    try (Program program = new Program();
        LatencyServer server = new LatencyServer(dimensions)) {
      program.input("in.jsonl", texts);
      Program.Run run =
          program.batch(
              "in.jsonl",
              List.of(
                  "--cache=cache",
                  "--provider=openai",
                  "--model=m",
                  "--base-url=" + server.baseUrl()));
      return run.peakBytes().orElseThrow() / MEGABYTE;
    }
  }
}
