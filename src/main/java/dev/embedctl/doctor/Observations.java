package dev.embedctl.doctor;

import dev.embedctl.model.Vector;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.remote.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The calls of an examination.
 *
 * @param calls those that returned vectors
 * @param failure the call that ended the examination early
 * @param before the limits of a request before the first call
 * @param after the limits of a request after the last call
 * @param learned facts about the server, in sentences
 */
record Observations(
    List<Call> calls,
    Optional<Failure> failure,
    ProviderLimits before,
    ProviderLimits after,
    List<String> learned) {

  /**
   * A call that returned vectors.
   *
   * @param answer the server's reply; empty for a model in this process
   */
  record Call(List<String> texts, Embeddings embeddings, Duration took, Optional<Answer> answer) {}

  /**
   * A call that returned none.
   *
   * @param answer the server's reply, if there was one
   */
  record Failure(ProviderException exception, Optional<Answer> answer) {}

  Observations {
    calls = List.copyOf(calls);
    Objects.requireNonNull(failure);
    Objects.requireNonNull(before);
    Objects.requireNonNull(after);
    learned = List.copyOf(learned);
  }

  List<Vector> vectors() {
    return calls.stream().flatMap(call -> call.embeddings().vectors().stream()).toList();
  }

  /** The vectors of a request of several texts; empty if there was no such request. */
  List<Vector> together() {
    return calls.stream()
        .filter(call -> call.texts().size() > 1)
        .findFirst()
        .map(call -> call.embeddings().vectors())
        .orElse(List.of());
  }

  /** The vectors of a text that was sent alone. */
  List<Vector> alone(String text) {
    return calls.stream()
        .filter(call -> call.texts().equals(List.of(text)))
        .map(call -> call.embeddings().vectors().getFirst())
        .toList();
  }
}
