package dev.embedctl.testing;

import java.util.ArrayList;
import java.util.List;

/** What a terminal shows of what was written to it: it knows line ends and carriage returns. */
public final class Screen {
  private final int columns;
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int column;

  public Screen(int columns) {
    this.columns = columns;
  }

  /** Shows more; returns the lines, without the blanks at their ends and empty ones at the end. */
  public List<String> after(String written) {
    written.chars().forEach(c -> put((char) c));
    List<String> shown = new ArrayList<>();
    lines.forEach(line -> shown.add(line.toString().stripTrailing()));
    while (!shown.isEmpty() && shown.getLast().isEmpty()) {
      shown.removeLast();
    }
    return shown;
  }

  private void put(char c) {
    switch (c) {
      case '\r' -> column = 0;
      case '\n' -> {
        lines.add(new StringBuilder());
        column = 0;
      }
      default -> {
        if (column == columns) {
          put('\n');
        }
        StringBuilder line = lines.getLast();
        if (column < line.length()) {
          line.setCharAt(column, c);
        } else {
          line.append(c);
        }
        column++;
      }
    }
  }
}
