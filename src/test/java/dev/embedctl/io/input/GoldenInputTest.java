package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Reads each file under {@code golden/} and compares what comes of it with the {@code .expected}
 * file beside it: a line a record, with the line it begins on, its id and its text, or why it has
 * none and how the errors file tells it; and what ends the reading, if it does not come to the end.
 *
 * <p>{@code -Dgolden.update=true} writes those files anew, for the diff to be read.
 */
final class GoldenInputTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("embedctl.basedir"), "src/test/resources/golden");
  private static final int SHOWN_CHARS = 300;

  @TestFactory
  Stream<DynamicTest> readsJsonLinesAsDecided() throws IOException {
    return inputs("json").map(file -> dynamicTest(name(file), () -> assertReadAsExpected(file)));
  }

  @TestFactory
  Stream<DynamicTest> readsCsvAndTsvAsDecided() throws IOException {
    return inputs("csv").map(file -> dynamicTest(name(file), () -> assertReadAsExpected(file)));
  }

  /** The first letter of a name says what becomes of the file, whatever {@code .expected} says. */
  @TestFactory
  Stream<DynamicTest> acceptsTheFilesCalledYAndRefusesThoseCalledN() throws IOException {
    return inputs("json")
        .filter(file -> !name(file).startsWith("i_"))
        .map(
            file ->
                dynamicTest(
                    name(file),
                    () -> {
                      boolean refused = read(file).stream().anyMatch(line -> line.contains(" <- "));
                      assertEquals(name(file).startsWith("n_"), refused);
                    }));
  }

  private static Stream<Path> inputs(String folder) throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve(folder))) {
      List<Path> inputs = files.filter(file -> !name(file).endsWith(".expected")).sorted().toList();
      if (inputs.size() < 30) {
        fail(folder + ": only " + inputs.size() + " files");
      }
      return inputs.stream();
    }
  }

  private static void assertReadAsExpected(Path file) throws IOException {
    Path expectedFile = file.resolveSibling(name(file) + ".expected");
    List<String> actual = read(file);
    if (Boolean.getBoolean("golden.update")) {
      Files.write(expectedFile, actual);
    }
    List<String> expected = Files.readAllLines(expectedFile);
    if (!expected.equals(actual)) {
      fail(name(file) + " is read otherwise:\n" + String.join("\n", diff(expected, actual)));
    }
  }

  private static List<String> diff(List<String> expected, List<String> actual) {
    List<String> diff = new ArrayList<>();
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      Optional<String> wanted = at(expected, i);
      Optional<String> found = at(actual, i);
      if (wanted.equals(found)) {
        diff.add("  " + wanted.orElseThrow());
      } else {
        wanted.ifPresent(line -> diff.add("- " + line));
        found.ifPresent(line -> diff.add("+ " + line));
      }
    }
    return diff;
  }

  private static Optional<String> at(List<String> lines, int i) {
    return i < lines.size() ? Optional.of(lines.get(i)) : Optional.empty();
  }

  private static List<String> read(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    InputFormat format = InputFormat.ofFileName(name(file)).orElseThrow();
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file));
        RecordSource source = RecordSources.open(in, Reading.as(format))) {
      for (Optional<InputRecord> next = source.next(); next.isPresent(); next = source.next()) {
        lines.add(told(next.get()));
      }
    } catch (EmbedctlException.InvalidInput e) {
      lines.add("ends: " + e.getMessage());
    }
    return lines;
  }

  private static String told(InputRecord record) {
    String place = record.line() + record.id().map(id -> " id " + id).orElse("") + " ";
    return switch (record.text()) {
      case Text.Valid valid -> place + shown(JsonText.quoted(valid.value()));
      case Text.Invalid invalid ->
          place
              + invalid.code().word()
              + ": "
              + invalid.message()
              + " <- "
              + shown(record.original().toJsonObject());
    };
  }

  /** On one line, whatever stands in it, and not too long for one. */
  private static String shown(String json) {
    String line = json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    return line.length() <= SHOWN_CHARS
        ? line
        : line.substring(0, SHOWN_CHARS) + "… of " + line.length() + " characters";
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
