package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.Optional;

/**
 * The details in which an input differs from the usual form of its format. All but the encoding
 * apply to CSV and TSV.
 *
 * @param encoding of its characters; without one, UTF-8 or the encoding of a byte-order mark
 * @param delimiter the character between two cells
 * @param quoting how a cell is quoted
 * @param header whether the first row names the columns
 * @param nullCell the content of a cell that has no value
 */
public record TextForm(
    Optional<Charset> encoding,
    Optional<Character> delimiter,
    Optional<Quoting> quoting,
    Header header,
    Optional<String> nullCell) {

  /** The usual form of each format. */
  public static final TextForm USUAL =
      new TextForm(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Header.NAMES_COLUMNS,
          Optional.empty());

  /** How a cell that holds delimiters or line breaks is quoted. */
  public sealed interface Quoting {
    /** No character quotes. */
    record None() implements Quoting {}

    /** This character is around the cell, and is doubled for itself. */
    record By(char quote) implements Quoting {}
  }

  /** The meaning of the first row. */
  public enum Header {
    NAMES_COLUMNS,
    /** A record; the columns are named by their numbers, from 1. */
    NONE
  }

  /**
   * Checks the characters.
   *
   * @throws Usage if two of them are equal
   */
  public TextForm {
    Objects.requireNonNull(encoding);
    Objects.requireNonNull(quoting);
    Objects.requireNonNull(header);
    Objects.requireNonNull(nullCell);
    delimiter.ifPresent(c -> check(Parameter.DELIMITER, c));
    if (quoting.isPresent() && quoting.get() instanceof Quoting.By(char quote)) {
      check(Parameter.QUOTE, quote);
      if (delimiter.equals(Optional.of(quote))) {
        throw new Usage(
            Parameter.DELIMITER + " and " + Parameter.QUOTE + " cannot be one character");
      }
    }
    if (delimiter.equals(Optional.of('"')) && quoting.isEmpty()) {
      throw new Usage(
          Parameter.DELIMITER + " cannot be the quotation mark; pass " + Parameter.QUOTE + " none");
    }
  }

  private static void check(Parameter parameter, char c) {
    if (c == '\n' || c == '\r' || Character.isSurrogate(c)) {
      throw new Usage(parameter + ": give one character that is not a line break");
    }
  }

  /**
   * The form of a table that otherwise has this one.
   *
   * @throws Usage if the quote is the usual delimiter
   */
  TableForm table(TableForm usual) {
    char between = delimiter.orElse(usual.delimiter());
    Optional<Character> quote =
        quoting.isEmpty()
            ? usual.quote()
            : switch (quoting.get()) {
              case Quoting.None none -> Optional.empty();
              case Quoting.By by -> Optional.of(by.quote());
            };
    if (quote.equals(Optional.of(between))) {
      throw new Usage(
          Parameter.QUOTE
              + ": this character is the usual delimiter; pass "
              + Parameter.DELIMITER
              + " or another "
              + Parameter.QUOTE);
    }
    return new TableForm(between, quote);
  }
}
