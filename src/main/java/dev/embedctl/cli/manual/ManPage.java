package dev.embedctl.cli.manual;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a manual page in the language of man(7). */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  /**
   * An empty page.
   *
   * @param name the page's name in section 1
   * @param source the program and its version, for the footer
   */
  ManPage(String name, String source) {
    line(".TH " + argument(name.toUpperCase(Locale.ROOT)) + " 1 \"\" " + argument(source));
    line(".nh"); // no hyphenation, since a broken name cannot be copied
    line(".ad l");
  }

  /** Text with bold and italic parts. */
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

    /**
     * The text on lines of its own. A dot or an apostrophe at the start of a line is escaped, since
     * it would begin a request.
     */
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

  /** A term, with its meaning indented below. */
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

  /**
   * Escapes text so that it is printed unchanged. Otherwise man prints hyphens and curly quotes,
   * which no shell accepts.
   */
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
