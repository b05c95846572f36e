package dev.embedctl.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A self-contained HTML page about one run: it loads nothing, and its content policy allows only
 * the scripts and styles that it contains. uPlot draws the charts; the rest is static HTML.
 */
public final class ReportPage {
  private static final String UPLOT =
      "/META-INF/resources/webjars/uplot/" + Charts.UPLOT + "/dist/";

  private ReportPage() {}

  /**
   * The page.
   *
   * @param source the name of the metrics file
   * @param events the times of the chunks, if the run wrote events
   * @param version of the program that makes the page
   */
  public static byte[] html(
      RunRecord run, Optional<ChunkTimes> events, String source, String version) {
    String chartStyle = resource(UPLOT + "uPlot.min.css");
    String chartScript = resource(UPLOT + "uPlot.iife.min.js");
    String style = resource("report.css");
    String script = resource("report.js");
    RunSections sections = new RunSections(run);
    String page =
        Html.filled(
            resource("report.html"),
            Map.ofEntries(
                Map.entry("style-hashes", hashes(chartStyle, style)),
                Map.entry("script-hashes", hashes(chartScript, script)),
                Map.entry("title", "embedctl: " + sections.title()),
                Map.entry("chart-style", chartStyle),
                Map.entry("style", style),
                Map.entry("header", sections.header()),
                Map.entry(
                    "sections",
                    sections.all() + events.map(times -> ChunkSection.of(times)).orElse("")),
                Map.entry("footer", footer(source, version)),
                Map.entry("data", new ChartData(run, events).json()),
                Map.entry("chart-script", chartScript),
                Map.entry("script", script)));
    return page.getBytes(StandardCharsets.UTF_8);
  }

  private static String footer(String source, String version) {
    return "<p>Created from "
        + Html.escaped(source)
        + " by embedctl "
        + Html.escaped(version)
        + ". The page is self-contained and loads nothing. Charts: uPlot "
        + Charts.UPLOT
        + ", MIT License.</p>";
  }

  /** The content policy's hashes of the only scripts or styles that a browser may use. */
  private static String hashes(String... texts) {
    return Arrays.stream(texts).map(ReportPage::hash).collect(Collectors.joining(" "));
  }

  private static String hash(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
