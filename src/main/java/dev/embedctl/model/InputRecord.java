package dev.embedctl.model;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

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

  /** How many characters of text it holds, if it has one. */
  public int textChars() {
    return text instanceof Text.Valid(String value) ? value.length() : 0;
  }

  /** How many characters it holds beside its text: id, metadata, and itself as it stood. */
  public long otherChars() {
    return (long) id.map(String::length).orElse(0)
        + metadata.map(String::length).orElse(0)
        + original.chars();
  }

  /** The record as it stood, told when it is asked for: few records are. */
  @FunctionalInterface
  public interface Original {
    /** One JSON object that holds the record's fields. */
    String toJsonObject();

    /** How many characters are held for it. */
    default int chars() {
      return 0;
    }

    /** One that holds this many characters. */
    static Original of(int chars, Supplier<String> json) {
      return new Original() {
        @Override
        public String toJsonObject() {
          return json.get();
        }

        @Override
        public int chars() {
          return chars;
        }
      };
    }
  }
}
