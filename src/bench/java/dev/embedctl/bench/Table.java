package dev.embedctl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prints each row of a benchmark at once and, if its arguments contain {@code --json FILE}, appends
 * it to that file, one JSON object per line.
 */
final class Table {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bench;
  private final List<String> arguments = new ArrayList<>();
  private Optional<Path> file = Optional.empty();
  private boolean begun;

  /** The table of a benchmark with these arguments. */
  Table(Class<?> bench, String... arguments) {
    this.bench = bench.getSimpleName();
    this.arguments.addAll(List.of(arguments));
    int json = this.arguments.indexOf("--json");
    if (json >= 0) {
      this.arguments.remove(json);
      this.file = Optional.of(Path.of(this.arguments.remove(json)));
    }
  }

  /** The other arguments of the benchmark. */
  List<String> arguments() {
    return List.copyOf(arguments);
  }

  /** Adds a row; its note contains the meaning of the ideal, and other observations. */
  void add(String row, double ideal, double measured, String unit, String note) throws IOException {
    Row found = new Row(bench, row, ideal, measured, unit, note);
    if (!begun) {
      System.out.println(Row.HEAD);
      begun = true;
    }
    System.out.println(found.line());
    if (file.isPresent()) {
      Files.writeString(
          file.get(),
          JSON.writeValueAsString(found) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
