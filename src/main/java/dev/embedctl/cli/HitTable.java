package dev.embedctl.cli;

import dev.embedctl.io.bytes.Printable;
import dev.embedctl.search.Hit;
import dev.embedctl.search.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Hits for people: one line per hit, in columns. */
final class HitTable {
  private static final String GAP = "  ";
  private static final String CUT = "…";

  private HitTable() {}

  /**
   * Lines with rank, score, id and text.
   *
   * @param texts by the index of the record
   * @param width of the terminal, to which lines are cut
   */
  static String of(List<Hit> hits, Map<Long, String> texts, OptionalInt width) {
    List<List<String>> rows = new ArrayList<>();
    for (Hit hit : hits) {
      rows.add(
          List.of(
              Integer.toString(rows.size() + 1),
              score(hit.score()),
              hit.label().name(),
              texts.getOrDefault(hit.label().index(), hit.label().metadata().orElse(""))));
    }
    return lines(rows, width);
  }

  /** Lines with score and both ids. */
  static String of(List<Pair> pairs) {
    return lines(
        pairs.stream()
            .map(pair -> List.of(score(pair.score()), pair.first().name(), pair.second().name()))
            .toList(),
        OptionalInt.empty());
  }

  private static String score(double score) {
    return String.format(Locale.ROOT, "%.4f", score);
  }

  private static String lines(List<List<String>> rows, OptionalInt width) {
    int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
    List<List<String>> cells =
        rows.stream().map(row -> row.stream().map(Printable::line).toList()).toList();
    int[] widths = new int[columns];
    for (List<String> row : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    StringBuilder lines = new StringBuilder();
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - length(row.get(i)));
        line.append(i == 0 ? "" : GAP).append(i == 0 ? padding : "").append(row.get(i));
        line.append(i == 0 ? "" : padding);
      }
      lines.append(cut(line.toString().stripTrailing(), width)).append('\n');
    }
    return lines.toString();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String line, OptionalInt width) {
    if (width.isEmpty() || length(line) <= width.getAsInt()) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, width.getAsInt() - 1)) + CUT;
  }
}
