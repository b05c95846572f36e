package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens the page in a headless Chromium, if one is installed. */
final class ReportInBrowserTest {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");

  @TempDir private Path folder;
  private Path browser;
  private Path page;

  @BeforeEach
  void write() throws Exception {
    Optional<Path> found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .flatMap(place -> BROWSERS.stream().map(name -> Path.of(place, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no Chromium on PATH; install chromium to run this test");
    browser = found.get();
    SampleRun run =
        new SampleRun(
            "</script><script>document.documentElement.dataset.taken = 1</script>",
            RunStatus.COMPLETED);
    page = folder.resolve("run.report.html");
    Files.write(
        page, ReportPage.html(run.record(), Optional.of(run.times()), "run.metrics.json", "1.2.3"));
  }

  private String browse(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(browser.toString());
    command.addAll(
        List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page.toUri().toString());
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(
          process.waitFor(2, TimeUnit.MINUTES), "the browser did not end within two minutes");
    } finally {
      Stream.concat(process.descendants(), Stream.of(process.toHandle()))
          .forEach(ProcessHandle::destroyForcibly);
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  @Test
  void drawsEachChartAndRunsNoForeignScript() throws Exception {
    Document drawn = Jsoup.parse(browse("--dump-dom"));

    assertEquals("5", drawn.select("html").attr("data-charts"));
    assertEquals(5, drawn.select(".chart canvas").size());
    assertEquals("", drawn.select("html").attr("data-taken"));
    assertEquals(
        List.of("failed", "embedded", "cached"),
        drawn.select("#texts .u-series:not(:first-child) .u-label").eachText());
  }

  @ParameterizedTest(name = "preferred scheme {0}")
  @CsvSource({
    // Chromium's number of the scheme; colours of the page, of embedded and of cached texts
    "1, f6f7f9, e08a00, 2a78c5",
    "0, 101317, f3ac35, 5aa9f0",
  })
  void usesTheColoursOfThePreferredScheme(
      String scheme, String paper, String embedded, String cached) throws Exception {
    Path picture = folder.resolve("picture.png");
    browse(
        "--blink-settings=preferredColorScheme=" + scheme,
        "--window-size=1200,1900",
        "--screenshot=" + picture);
    BufferedImage image = ImageIO.read(picture.toFile());

    assertEquals(paper, colour(image.getRGB(3, 3)));
    assertTrue(count(image, embedded) > 20_000, "embedded: " + count(image, embedded));
    assertTrue(count(image, cached) > 20_000, "cached: " + count(image, cached));
  }

  private static String colour(int rgb) {
    return String.format("%06x", rgb & 0xFFFFFF);
  }

  private static long count(BufferedImage image, String colour) {
    int wanted = Integer.parseInt(colour, 16);
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return Arrays.stream(pixels).filter(pixel -> (pixel & 0xFFFFFF) == wanted).count();
  }
}
