package dev.embedctl.report;

import java.util.List;
import java.util.Locale;

/** The parts of a report's sections. Callers escape text that comes from files. */
final class Markup {
  private Markup() {}

  /** A row of a table of amounts: a label, its share of the total, and figures. */
  record BarRow(String label, String style, double share, List<String> figures) {}

  static String tile(String name, String figure, String note) {
    return "<div><dt>"
        + name
        + "</dt><dd>"
        + figure
        + (note.isEmpty() ? "" : " <small>" + note + "</small>")
        + "</dd></div>\n";
  }

  /** A section, labelled by its heading. */
  static String section(String id, String style, String title, String content) {
    return """
    <section class="%2$s" aria-labelledby="%1$s-title">
    <h2 id="%1$s-title">%3$s</h2>
    %4$s</section>
    """
        .formatted(id, style, title, content);
  }

  /**
   * The place where the script draws a chart. The caption describes it to readers who cannot see
   * it.
   */
  static String chart(String id, String caption) {
    return """
    <figure>
    <div class="chart" id="%1$s" role="img" aria-labelledby="%1$s-title %1$s-caption"></div>
    <figcaption id="%1$s-caption">%2$s</figcaption>
    </figure>
    """
        .formatted(id, caption);
  }

  static String paragraph(String style, String text) {
    return "<p class=\"" + style + "\">" + text + "</p>\n";
  }

  /** A table of amounts, each with a bar. */
  static String bars(String what, List<String> figures, List<BarRow> rows) {
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr><th>");
    table.append(what).append("</th><td class=\"bar\"></td>");
    figures.forEach(name -> table.append("<th class=\"number\">").append(name).append("</th>"));
    table.append("</tr></thead>\n<tbody>\n");
    for (BarRow row : rows) {
      table.append("<tr><th scope=\"row\">").append(row.label()).append("</th><td class=\"bar\">");
      table.append(bar(row)).append("</td>");
      row.figures()
          .forEach(figure -> table.append("<td class=\"number\">").append(figure).append("</td>"));
      table.append("</tr>\n");
    }
    return table.append("</tbody>\n</table></div>\n").toString();
  }

  private static String bar(BarRow row) {
    return String.format(
        Locale.ROOT,
        "<svg aria-hidden=\"true\"><rect class=\"track\" width=\"100%%\" height=\"100%%\""
            + " rx=\"2\"/><rect class=\"%s\" width=\"%.2f%%\" height=\"100%%\" rx=\"2\"/></svg>",
        row.style(),
        100 * Math.clamp(row.share(), 0, 1));
  }

  /** A plain table; columns from {@code numbersFrom} on are aligned to the right. */
  static String table(List<String> heads, int numbersFrom, List<List<String>> rows) {
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    for (int i = 0; i < heads.size(); i++) {
      table
          .append(i < numbersFrom ? "<th>" : "<th class=\"number\">")
          .append(heads.get(i))
          .append("</th>");
    }
    table.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      table.append("<tr><th scope=\"row\">").append(row.get(0)).append("</th>");
      for (int i = 1; i < row.size(); i++) {
        table
            .append(i < numbersFrom ? "<td>" : "<td class=\"number\">")
            .append(row.get(i))
            .append("</td>");
      }
      table.append("</tr>\n");
    }
    return table.append("</tbody>\n</table></div>\n").toString();
  }
}
