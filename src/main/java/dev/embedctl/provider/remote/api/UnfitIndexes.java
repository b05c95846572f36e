package dev.embedctl.provider.remote.api;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A reply's indexes do not give each text one vector. The message has the same words for all wrong
 * indexes, so that equal failures of a server are recognized.
 */
public final class UnfitIndexes extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 4;

  private UnfitIndexes(String shown, int texts) {
    super("its indexes are invalid: \"" + shown + "\" instead of 0 to " + (texts - 1));
  }

  static UnfitIndexes of(List<OptionalInt> indexes, int texts) {
    String shown =
        indexes.stream()
            .limit(MOST_SHOWN)
            .map(index -> index.isPresent() ? Integer.toString(index.getAsInt()) : "none")
            .collect(Collectors.joining(", "));
    return new UnfitIndexes(indexes.size() > MOST_SHOWN ? shown + ", …" : shown, texts);
  }

  /** A reply whose vectors have no index, or all the same one. */
  public static UnfitIndexes withoutDifference(int texts) {
    return new UnfitIndexes("none, or the same for each vector", texts);
  }
}
