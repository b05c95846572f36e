package dev.embedctl.model;

import java.util.Objects;
import java.util.Optional;

/**
 * One record of the input.
 *
 * @param index its place among the records, from 0
 * @param line the line of the file it begins at, from 1
 * @param text its text, or why it has none
 * @param id its id as the JSON value it was (a string with its quotes, or a number)
 * @param metadata the fields asked for, as one JSON object
 * @param original the record as it stood
 */
public record InputRecord(
    long index,
    long line,
    Text text,
    Optional<String> id,
    Optional<String> metadata,
    Original original) {

  public InputRecord {
    Objects.requireNonNull(text);
    Objects.requireNonNull(id);
    Objects.requireNonNull(metadata);
    Objects.requireNonNull(original);
  }

  /** The record as it stood, told when it is asked for: few records are. */
  @FunctionalInterface
  public interface Original {
    /** One JSON object that holds the record's fields. */
    String toJsonObject();
  }
}
