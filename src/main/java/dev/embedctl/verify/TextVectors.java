package dev.embedctl.verify;

import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Remembers the vector of each text in eight bytes: 60 bits of the text's hash, of which twelve
 * select a table, and 16 bits of the vector's hash. Therefore one input in 25,000 with ten million
 * texts contains two texts that are confused with each other, and one different vector in 65,536 is
 * missed.
 *
 * <p>There are many small tables that grow separately, since growing one large table takes half of
 * its memory again.
 */
final class TextVectors {
  private static final int TABLES = 1 << 12;
  private static final int FIRST_CELLS = 1 << 4;
  private static final long VECTOR = (1L << 16) - 1;
  private static final long TEXT = ~VECTOR;
  private static final long EMPTY = 0;

  private final MessageDigest sha256;
  private final Table[] tables = new Table[TABLES];
  private final long maxCells;
  private long cells;

  /** The result of comparing a vector with an earlier one of the same text. */
  enum Comparison {
    /** The text is new, or had the same vector before. */
    AGREES,
    /** The text had another vector before. */
    DIFFERS,
    /** Unknown, since there was no memory left to remember the text. */
    UNKNOWN
  }

  private static final class Table {
    private long[] cells = new long[FIRST_CELLS];
    private int size;
  }

  /** Uses at most this number of bytes, apart from a minimum size. */
  TextVectors(long bytes) {
    this.sha256 = sha256();
    for (int i = 0; i < TABLES; i++) {
      tables[i] = new Table();
    }
    this.cells = (long) FIRST_CELLS * TABLES;
    this.maxCells = bytes / Long.BYTES;
  }

  /** Compares a vector with the earlier one of the same text, or remembers it. */
  Comparison compare(String text, Vector vector) {
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    Table table = tables[hash.getInt(0) & (TABLES - 1)];
    long textBits = hash.getLong(8) & TEXT;
    if (textBits == EMPTY) {
      textBits = VECTOR + 1; // 0 means empty; two such texts in 2^48 are confused
    }
    long entry = textBits | (hashOf(vector) & VECTOR);
    int cell = cellOf(table.cells, textBits);
    if (table.cells[cell] != EMPTY) {
      return table.cells[cell] == entry ? Comparison.AGREES : Comparison.DIFFERS;
    }
    if (!makeRoom(table)) {
      return Comparison.UNKNOWN;
    }
    table.cells[cellOf(table.cells, textBits)] = entry;
    table.size++;
    return Comparison.AGREES;
  }

  /** Grows the table if it is two thirds full; false if it may not grow further. */
  private boolean makeRoom(Table table) {
    int length = table.cells.length;
    if (table.size < length / 3 * 2) {
      return true;
    }
    if (cells + length > maxCells) {
      return table.size < length / 8 * 7;
    }
    long[] larger = new long[2 * length];
    for (long entry : table.cells) {
      if (entry != EMPTY) {
        larger[cellOf(larger, entry & TEXT)] = entry;
      }
    }
    table.cells = larger;
    cells += length;
    return true;
  }

  /** The cell that contains the text, or else the empty cell where the search ended. */
  private static int cellOf(long[] cells, long textBits) {
    int mask = cells.length - 1;
    int cell = (int) (textBits >>> 16) & mask;
    while (cells[cell] != EMPTY && (cells[cell] & TEXT) != textBits) {
      cell = (cell + 1) & mask;
    }
    return cell;
  }

  private long hashOf(Vector vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimensions() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.writeTo(bytes.asFloatBuffer());
    return ByteBuffer.wrap(sha256.digest(bytes.array())).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
