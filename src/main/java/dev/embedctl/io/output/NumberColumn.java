package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Piece;
import java.util.List;
import java.util.Locale;

/** A column of numbers that some options add to a table. */
public enum NumberColumn {
  /** The number of windows whose mean the vector is. */
  PARTS,
  /** The number of a piece among those of its text. */
  PART,
  /** The start of a piece in its text. */
  START,
  /** The end of a piece in its text. */
  END;

  /** The columns for the piece of a text that a row contains. */
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
