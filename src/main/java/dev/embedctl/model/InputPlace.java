package dev.embedctl.model;

import java.util.Objects;

/**
 * The place of a record in its input, which messages write as {@code a.jsonl:12}.
 *
 * @param source the name of the input in messages
 * @param line the line where the record begins, from 1
 */
public record InputPlace(String source, long line) {

  public InputPlace {
    Objects.requireNonNull(source);
  }

  @Override
  public String toString() {
    return source + ":" + line;
  }
}
