package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Notices a server that returns the same vector for different texts, in one reply or during a run.
 * Thread-safe.
 */
final class OneForAll {
  private final AtomicReference<Optional<Seen>> alone = new AtomicReference<>(Optional.empty());

  /** The first text of the run that was sent alone. */
  private record Seen(String text, Vector vector) {}

  /** Whether different texts of a reply, or of two replies with one text each, share a vector. */
  boolean isThat(List<String> texts, List<Vector> vectors) {
    Vector vector = vectors.getFirst();
    if (vectors.stream().anyMatch(other -> !other.equals(vector))) {
      return false;
    }
    List<TextWords> all = new ArrayList<>();
    if (texts.size() == 1) {
      Seen now = new Seen(texts.getFirst(), vector);
      alone.compareAndSet(Optional.empty(), Optional.of(now));
      Seen before = alone.get().orElse(now);
      if (!before.vector().equals(vector)) {
        return false;
      }
      all.add(TextWords.of(before.text()));
    }
    texts.forEach(text -> all.add(TextWords.of(text)));
    return all.stream().filter(TextWords::areAny).distinct().count() > 1;
  }
}
