package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.testing.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Where progress is shown as what, and how it knows how much is left. */
final class ProgressTest {
  @TempDir private Path folder;

  private static BatchPlan plan(Console console, String... options) {
    BatchCommand command = new BatchCommand(console, new Signals(code -> {}));
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options);
    return BatchPlan.of(command.typed, Map.of("HOME", "/nowhere"));
  }

  private static Console console(String term, Set<Stream> terminals) {
    return new Console(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
        term == null ? Map.of() : Map.of("TERM", term),
        terminals,
        Path.of("."));
  }

  @ParameterizedTest(name = "--progress {0} {1}, terminals {2}, TERM {3}: {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        // mode  | options         | terminals  | TERM  | form
        "AUTO    | -o out.jsonl    | OUT,ERR    | xterm | BAR",
        "AUTO    | -o out.jsonl    | ERR        |       | BAR",
        "AUTO    | -o -            | ERR        | xterm | BAR",
        "AUTO    | -o -            | OUT,ERR    | xterm | NOTHING",
        "AUTO    | -o - -v         | OUT,ERR    | xterm | LINES",
        "AUTO    | -o out.jsonl    | OUT,ERR    | dumb  | NOTHING",
        "AUTO    | -o out.jsonl -v | OUT,ERR    | dumb  | LINES",
        "AUTO    | -o out.jsonl    | OUT        | xterm | NOTHING",
        "AUTO    | -o out.jsonl -v | OUT        | xterm | LINES",
        "AUTO    | -o out.jsonl -q | OUT,ERR    | xterm | NOTHING",
        "ALWAYS  | -o out.jsonl    |            |       | BAR",
        "ALWAYS  | -o out.jsonl    | ERR        | dumb  | BAR",
        "ALWAYS  | -o out.jsonl -q | OUT,ERR    | xterm | NOTHING",
        "NEVER   | -o out.jsonl -v | OUT,ERR    | xterm | NOTHING",
      })
  void isShownWhereSomebodySeesItAndItMixesWithNoData(
      ProgressMode mode, String options, String terminals, String term, Progress.Form form) {
    Set<Stream> seen =
        terminals == null
            ? EnumSet.noneOf(Stream.class)
            : Arrays.stream(terminals.split(",", -1))
                .map(Stream::valueOf)
                .collect(Collectors.toSet());
    Console console = console(term, seen);

    assertEquals(form, Progress.form(mode, plan(console, options.split(" ", -1)), console));
  }

  @Test
  void aRunThatShowsNothingReadsItsSourceAsItIs() {
    Console console = console("xterm", Set.of());
    Records.Source source = Records.source(List.of("a"));

    try (Progress progress = Progress.of(ProgressMode.AUTO, plan(console), console)) {
      assertSame(source, progress.watched(source));
      assertSame(console, progress.console());
    }
  }

  @Test
  void howManyRecordsThereAreIsEstimatedByTheFilesSizeAndKnownAtItsEnd() throws IOException {
    Path file = folder.resolve("in.txt");
    Files.write(file, Collections.nCopies(50_000, "a line of text"));
    BatchPlan plan = plan(console("", Set.of()), file.toString());

    try (CountingSource source = new CountingSource(plan.open(InputStream.nullInputStream()))) {
      assertEquals(OptionalDouble.empty(), source.total());
      for (int i = 0; i < 25_000; i++) {
        source.next();
      }
      assertEquals(50_000, source.total().orElseThrow(), 10_000);
      while (source.next().isPresent()) {}
      assertEquals(OptionalDouble.of(50_000), source.total());
    }
  }

  @Test
  void nobodyKnowsHowMuchAStreamHoldsBeforeItsEnd() throws IOException {
    try (CountingSource source = new CountingSource(Records.source(List.of("a", "b")))) {
      source.next();
      assertEquals(OptionalDouble.empty(), source.total());
      source.next();
      source.next();
      assertEquals(OptionalDouble.of(2), source.total());
    }
  }
}
