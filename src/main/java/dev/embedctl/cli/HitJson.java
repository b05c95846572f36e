package dev.embedctl.cli;

import dev.embedctl.io.input.JsonText;
import dev.embedctl.search.Hit;
import dev.embedctl.search.Label;
import dev.embedctl.search.Pair;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Hits for programs: one JSON object per line. */
final class HitJson {
  private HitJson() {}

  /**
   * An object for each hit.
   *
   * @param texts by the index of the record
   */
  static String of(List<Hit> hits, Map<Long, String> texts) {
    StringBuilder lines = new StringBuilder();
    int rank = 0;
    for (Hit hit : hits) {
      rank++;
      lines.append("{\"rank\":").append(rank).append(",\"score\":").append(score(hit.score()));
      lines.append(',');
      putLabel(hit.label(), lines);
      Optional.ofNullable(texts.get(hit.label().index()))
          .ifPresent(text -> lines.append(",\"text\":").append(JsonText.quoted(text)));
      hit.label().metadata().ifPresent(object -> lines.append(",\"metadata\":").append(object));
      lines.append("}\n");
    }
    return lines.toString();
  }

  /** An object for each pair. */
  static String of(List<Pair> pairs) {
    StringBuilder lines = new StringBuilder();
    for (Pair pair : pairs) {
      lines.append("{\"score\":").append(score(pair.score())).append(",\"first\":{");
      putLabel(pair.first(), lines);
      lines.append("},\"second\":{");
      putLabel(pair.second(), lines);
      lines.append("}}\n");
    }
    return lines.toString();
  }

  private static String score(double score) {
    return String.format(Locale.ROOT, "%.6f", score);
  }

  private static void putLabel(Label label, StringBuilder json) {
    json.append("\"index\":").append(label.index());
    label.id().json().ifPresent(id -> json.append(",\"id\":").append(id));
  }
}
