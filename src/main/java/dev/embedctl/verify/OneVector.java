package dev.embedctl.verify;

import dev.embedctl.model.Vector;
import dev.embedctl.provider.TextWords;
import java.util.Optional;

/** Notices an output in which all texts have the same vector, although they differ. */
final class OneVector {
  private Optional<First> first = Optional.empty();
  private boolean vectorsDiffer;
  private Optional<String> otherText = Optional.empty();

  /** The first row whose text has words. */
  private record First(TextWords words, Vector vector) {}

  /** Compares a row with the first one. */
  void add(String text, Vector vector, String place) {
    if (vectorsDiffer) {
      return;
    }
    TextWords words = TextWords.of(text);
    if (first.isPresent()) {
      vectorsDiffer = !first.get().vector().equals(vector);
      if (otherText.isEmpty() && first.get().words().differ(words)) {
        otherText = Optional.of(place);
      }
    } else if (words.areAny()) {
      first = Optional.of(new First(words, vector));
    }
  }

  /** Reports the one vector, if there are different texts and no other vector. */
  void conclude(Differences differences) {
    if (otherText.isPresent() && !vectorsDiffer) {
      differences.add(
          Difference.Kind.SAME_VECTOR,
          otherText.get() + ": has the same vector as every other text, although they differ");
    }
  }
}
