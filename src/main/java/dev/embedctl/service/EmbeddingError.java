package dev.embedctl.service;

import dev.embedctl.model.TextFailure;
import java.util.Objects;

/**
 * A text without an embedding, if failures are collected.
 *
 * @param index the text's place among those given, from 0
 * @param failure the reason
 */
public record EmbeddingError(long index, TextFailure failure) {
  public EmbeddingError {
    Objects.requireNonNull(failure);
  }
}
