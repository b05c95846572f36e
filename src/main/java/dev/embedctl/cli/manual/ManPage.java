package dev.embedctl.cli.manual;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the manual under construction, in the language of man(7). */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  /**
   * An empty page.
   *
   * @param name its name in section 1
   * @param source the program and its version, for its foot
   */
  ManPage(String name, String source) {
    line(".TH " + argument(name.toUpperCase(Locale.ROOT)) + " 1 \"\" " + argument(source));
    line(".nh"); // a name that is broken at a line's end cannot be copied
    line(".ad l");
  }

  /** Words with their type faces. */
  record Words(String roff) {
    static Words plain(String words) {
      return new Words(escaped(words));
    }

    static Words bold(String words) {
      return new Words("\\fB" + escaped(words) + "\\fR");
    }

    static Words italic(String words) {
      return new Words("\\fI" + escaped(words) + "\\fR");
    }

    static Words listed(Stream<Words> words) {
      return new Words(words.map(Words::roff).collect(Collectors.joining(", ")));
    }

    Words and(Words more) {
      return new Words(roff + more.roff);
    }

    /** On lines of its own, where a dot or an apostrophe at the beginning would be a request. */
    private String text() {
      return roff.lines()
          .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
          .collect(Collectors.joining("\n.br\n"));
    }
  }

  ManPage section(String title) {
    return line(".SH " + argument(title));
  }

  ManPage paragraph(Words words) {
    return line(".PP").line(words.text());
  }

  /** What a term means, indented below it. */
  ManPage entry(Words term, Words meaning) {
    return line(".TP").line(term.text()).line(meaning.text());
  }

  private ManPage line(String line) {
    page.append(line).append('\n');
    return this;
  }

  private static String argument(String words) {
    return '"' + escaped(words) + '"';
  }

  /** As it stands: man would print a hyphen for a minus, and curly quotes, that no shell takes. */
  private static String escaped(String words) {
    return words
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\"", "\\(dq")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
