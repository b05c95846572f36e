package dev.embedctl.verify;

import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Remembers which vector each text had, in eight bytes a text: 60 bits of the text's hash, twelve
 * of which say in which table it lies, and 16 of the vector's. So of 25,000 inputs of ten million
 * texts, one has two texts that are taken for one, and one unequal vector of 65,536 is overlooked.
 *
 * <p>Many small tables, each grown by itself, since growing one large table needs half as much
 * again.
 */
final class TextVectors {
  private static final int TABLES = 1 << 12;
  private static final int FIRST_CELLS = 1 << 4;
  private static final long VECTOR = (1L << 16) - 1;
  private static final long TEXT = ~VECTOR;
  private static final long EMPTY = 0;

  private final MessageDigest sha256;
  private final Table[] tables = new Table[TABLES];
  private final long mostCells;
  private long cells;

  /** What became of a text that was shown. */
  enum Seen {
    /** It is the first of its kind, or had this vector before. */
    AGREES,
    /** It had another vector before. */
    DIFFERS,
    /** It may have stood before: there was no room to remember it. */
    UNKNOWN
  }

  private static final class Table {
    private long[] cells = new long[FIRST_CELLS];
    private int size;
  }

  /** Room for texts within so many bytes, and for a few in any case. */
  TextVectors(long bytes) {
    this.sha256 = sha256();
    for (int i = 0; i < TABLES; i++) {
      tables[i] = new Table();
    }
    this.cells = (long) FIRST_CELLS * TABLES;
    this.mostCells = bytes / Long.BYTES;
  }

  /** Compares with what stood before, or remembers it. */
  Seen show(String text, Vector vector) {
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    Table table = tables[hash.getInt(0) & (TABLES - 1)];
    long textBits = hash.getLong(8) & TEXT;
    if (textBits == EMPTY) {
      textBits = VECTOR + 1; // of two such texts in 2^48 one is taken for the other
    }
    long entry = textBits | (hashOf(vector) & VECTOR);
    int cell = cellOf(table.cells, textBits);
    if (table.cells[cell] != EMPTY) {
      return table.cells[cell] == entry ? Seen.AGREES : Seen.DIFFERS;
    }
    if (!makeRoom(table)) {
      return Seen.UNKNOWN;
    }
    table.cells[cellOf(table.cells, textBits)] = entry;
    table.size++;
    return Seen.AGREES;
  }

  /** Grows the table where it is two thirds full; false where nothing more may be put into it. */
  private boolean makeRoom(Table table) {
    int length = table.cells.length;
    if (table.size < length / 3 * 2) {
      return true;
    }
    if (cells + length > mostCells) {
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

  /** The cell that holds the text, or the empty one where its search ends. */
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
