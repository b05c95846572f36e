package dev.embedctl.io.bytes;

import java.io.IOException;

/** Texts one after the other, each with the line of the file where it begins. */
public interface TextLines extends AutoCloseable {

  /** Advances to the next text; false at the end. */
  boolean advance() throws IOException;

  /** The line where the text begins, from 1. */
  long number();

  /** The line up to which the file was read, for messages about the file itself. */
  long reached();

  /** Whether the text is longer than the limit, so that only its beginning is available. */
  boolean isTooLong();

  /** The array that contains the text, valid until the next call of {@link #advance}. */
  char[] chars();

  /** The start of the text in the array. */
  int start();

  /** The number of characters. */
  int length();

  /** The text, or its beginning if it is too long. */
  String text();

  /** The limit of a text. */
  int maxChars();

  @Override
  void close() throws IOException;
}
