package dev.embedctl.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * What a terminal shows of what was written to it: it knows line ends, carriage returns, and how to
 * erase all from the cursor on. Made narrower, it breaks its lines.
 */
public final class Screen {
  private static final String ERASE_ALL_BELOW = "\u001B[J";

  private int columns;
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;

  public Screen(int columns) {
    this.columns = columns;
  }

  /** The terminal is wider now. */
  public void widen(int more) {
    columns = more;
  }

  /** The terminal is narrower now; the cursor, at the beginning of a line, stays there. */
  public void narrow(int fewer) {
    columns = fewer;
    String last = lines.removeLast().toString();
    for (int from = 0; from == 0 || from < last.length(); from += fewer) {
      lines.add(new StringBuilder(last.substring(from, Math.min(last.length(), from + fewer))));
    }
  }

  /** Shows more; returns the lines, without the blanks at their ends and empty ones at the end. */
  public List<String> after(String written) {
    for (int i = 0; i < written.length(); i++) {
      if (written.startsWith(ERASE_ALL_BELOW, i)) {
        eraseAllBelow();
        i += ERASE_ALL_BELOW.length() - 1;
      } else {
        put(written.charAt(i));
      }
    }
    List<String> shown = new ArrayList<>();
    lines.forEach(line -> shown.add(line.toString().stripTrailing()));
    while (!shown.isEmpty() && shown.getLast().isEmpty()) {
      shown.removeLast();
    }
    return shown;
  }

  private void eraseAllBelow() {
    lines.get(row).setLength(Math.min(column, lines.get(row).length()));
    lines.subList(row + 1, lines.size()).clear();
  }

  private void put(char c) {
    switch (c) {
      case '\r' -> column = 0;
      case '\n' -> {
        row++;
        if (row == lines.size()) {
          lines.add(new StringBuilder());
        }
        column = 0;
      }
      default -> {
        if (column == columns) {
          put('\n');
        }
        StringBuilder line = lines.get(row);
        if (column < line.length()) {
          line.setCharAt(column, c);
        } else {
          line.append(" ".repeat(column - line.length())).append(c);
        }
        column++;
      }
    }
  }
}
