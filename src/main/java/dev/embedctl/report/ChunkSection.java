package dev.embedctl.report;

import java.util.List;

/** The section that a report has only with an events file: the time of each chunk. */
final class ChunkSection {
  private ChunkSection() {}

  static String of(ChunkTimes times) {
    if (times.chunks() == 0) {
      return Markup.section(
          "times",
          "wide",
          "Time per chunk, ms",
          Markup.paragraph("soft", "The events file contains no chunk."));
    }
    String caption =
        "From reading a chunk to writing it, including the wait for earlier chunks; "
            + (times.chunksPerPoint() == 1
                ? "one bar for each chunk."
                : "each bar is the mean of "
                    + Figures.count((double) times.chunksPerPoint(), "chunk")
                    + ".");
    List<List<String>> slowest =
        times.slowest().stream()
            .map(
                chunk ->
                    List.of(
                        Figures.count(chunk.number()),
                        Figures.milliseconds(chunk.took()),
                        Figures.count(chunk.texts()),
                        Figures.count(chunk.hits()),
                        Figures.count(chunk.calls()),
                        Figures.milliseconds(chunk.latency())))
            .toList();
    return Markup.section(
        "times",
        "wide",
        "Time per chunk, ms",
        Markup.chart("times", caption)
            + "<details><summary>The slowest chunks</summary>\n"
            + Markup.table(
                List.of("Chunk", "Time", "Texts", "Cached", "Calls", "Mean latency"), 1, slowest)
            + "</details>\n");
  }
}
