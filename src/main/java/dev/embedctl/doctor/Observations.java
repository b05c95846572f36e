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
 * What an examination saw.
 *
 * @param calls those that brought vectors
 * @param failure what ended it before its end
 * @param before what a request may hold, as far as it was known beforehand
 * @param after what it may hold
 * @param learned what was learned of the server, in sentences
 */
record Observations(
    List<Call> calls,
    Optional<Failure> failure,
    ProviderLimits before,
    ProviderLimits after,
    List<String> learned) {

  /**
   * A call that brought vectors.
   *
   * @param answer as it came over the wire, where it did
   */
  record Call(List<String> texts, Embeddings brought, Duration took, Optional<Answer> answer) {}

  /**
   * A call that did not.
   *
   * @param answer to it, where there was one
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
    return calls.stream().flatMap(call -> call.brought().vectors().stream()).toList();
  }

  /** The vectors of a request of several texts; none where there was no such request. */
  List<Vector> together() {
    return calls.stream()
        .filter(call -> call.texts().size() > 1)
        .findFirst()
        .map(call -> call.brought().vectors())
        .orElse(List.of());
  }

  /** The vectors that a text got alone. */
  List<Vector> alone(String text) {
    return calls.stream()
        .filter(call -> call.texts().equals(List.of(text)))
        .map(call -> call.brought().vectors().getFirst())
        .toList();
  }
}
