package dev.embedctl.report;

import java.util.List;

/** What the events file adds to a report: what each chunk took. */
final class ChunkSection {
  private ChunkSection() {}

  static String of(ChunkTimes times) {
    if (times.chunks() == 0) {
      return Markup.section(
          "times",
          "wide",
          "Time a chunk, ms",
          Markup.paragraph("soft", "The events file tells of no chunk that was written."));
    }
    String caption =
        "From when a chunk was read until it was written, with its wait for the chunks before it; "
            + (times.chunksPerPoint() == 1
                ? "a bar a chunk."
                : "a bar is the mean of "
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
        "Time a chunk, ms",
        Markup.chart("times", caption)
            + "<details><summary>The slowest chunks</summary>\n"
            + Markup.table(
                List.of("Chunk", "Time", "Texts", "Cached", "Calls", "Mean latency"), 1, slowest)
            + "</details>\n");
  }
}
