package dev.embedctl.model;

/**
 * Which part of a text a piece is.
 *
 * @param part its number among the pieces of the text, from 0
 * @param start the code points of the text before it
 * @param end the code points of the text before its end
 */
public record Piece(int part, int start, int end) {
  public Piece {
    if (part < 0 || start < 0 || end <= start) {
      throw new IllegalArgumentException("piece " + part + ": " + start + " to " + end);
    }
  }
}
