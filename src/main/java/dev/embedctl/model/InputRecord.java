package dev.embedctl.model;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One record of the input.
 *
 * @param index its position among the records, from 0
 * @param place the file and line where it begins
 * @param text its text, or the reason why it has none
 * @param id its id as a JSON value (a string with quotes, or a number)
 * @param metadata the requested fields, as one JSON object
 * @param original the original record
 * @param piece which part of the original record's text its text is, if it is not all of it
 */
public record InputRecord(
    long index,
    InputPlace place,
    Text text,
    Optional<String> id,
    Optional<String> metadata,
    Original original,
    Optional<Piece> piece) {

  public InputRecord {
    Objects.requireNonNull(place);
    Objects.requireNonNull(text);
    Objects.requireNonNull(id);
    Objects.requireNonNull(metadata);
    Objects.requireNonNull(original);
    Objects.requireNonNull(piece);
  }

  /** A record with all of its text. */
  public InputRecord(
      long index,
      InputPlace place,
      Text text,
      Optional<String> id,
      Optional<String> metadata,
      Original original) {
    this(index, place, text, id, metadata, original, Optional.empty());
  }

  /** The line of the file where it begins, from 1. */
  public long line() {
    return place.line();
  }

  /** The same record at another position among the records. */
  public InputRecord at(long position) {
    return new InputRecord(position, place, text, id, metadata, original, piece);
  }

  /** The same record with other metadata. */
  public InputRecord withMetadata(Optional<String> other) {
    return new InputRecord(index, place, text, id, other, original, piece);
  }

  /** The number of characters of its text; 0 without a text. */
  public int textChars() {
    return text instanceof Text.Valid(String value) ? value.length() : 0;
  }

  /** The number of characters of its other parts: id, metadata and original record. */
  public long otherChars() {
    long named = id.isPresent() ? id.get().length() : 0;
    long other = metadata.isPresent() ? metadata.get().length() : 0;
    return named + other + original.chars();
  }

  /** The original record. It is converted to JSON on demand, since few records need it. */
  @FunctionalInterface
  public interface Original {
    /** The record's fields as one JSON object. */
    String toJsonObject();

    /** The number of characters that it keeps in memory. */
    default int chars() {
      return 0;
    }

    /** An original that keeps this number of characters in memory. */
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
