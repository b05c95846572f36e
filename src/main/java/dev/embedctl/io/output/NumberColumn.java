package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Piece;
import java.util.List;
import java.util.Locale;

/** A column of numbers that a table has only where they are asked for. */
public enum NumberColumn {
  /** The number of windows whose mean the vector is. */
  PARTS,
  /** The number of a piece among those of its text. */
  PART,
  /** Where a piece begins in its text. */
  START,
  /** Where a piece ends in its text. */
  END;

  /** The columns that say which piece of its text a row is. */
  public static final List<NumberColumn> OF_PIECES = List.of(PART, START, END);

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  long of(Embedding embedding) {
    return switch (this) {
      case PARTS -> embedding.parts();
      case PART -> piece(embedding).part();
      case START -> piece(embedding).start();
      case END -> piece(embedding).end();
    };
  }

  private static Piece piece(Embedding embedding) {
    return embedding.record().piece().orElseThrow();
  }
}
