package dev.embedctl.io.input;

import dev.embedctl.model.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Formats of files that cannot be an input, recognised by their first bytes. The advice names the
 * format, and how to convert the file.
 */
enum ForeignFile {
  ZIP_WORKBOOK("a workbook, or another office document", "save its sheet as CSV", "PK\u0003\u0004"),
  ZIP("a zip archive", "unpack it: unzip -p FILE", "PK\u0003\u0004", "PK\u0005\u0006"),
  OLD_WORKBOOK(
      "a workbook, or another office document",
      "save its sheet as CSV",
      "\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1"),
  BZIP2("compressed with bzip2", "unpack it: bzip2 -dc FILE", "BZh"),
  XZ("compressed with xz", "unpack it: xz -dc FILE", "\u00FD7zXZ\u0000"),
  LZMA("compressed with lzma", "unpack it: xz -dc FILE", "]\u0000\u0000"),
  LZIP("compressed with lzip", "unpack it: lzip -dc FILE", "LZIP\u0001"),
  COMPRESS("compressed with compress", "unpack it: gzip -dc FILE", "\u001F\u009D"),
  LZ4("compressed with lz4", "unpack it: lz4 -dc FILE", "\u0004\"M\u0018", "\u0002!L\u0018"),
  SNAPPY("compressed with snappy", "unpack it first", "\u00FF\u0006\u0000\u0000sNaPpY"),
  SEVEN_ZIP("a 7z archive", "unpack it: 7z x -so FILE", "7z\u00BC\u00AF'\u001C"),
  RAR("a RAR archive", "unpack it first", "Rar!\u001A\u0007"),
  TAR("a tar archive", "unpack it: tar -xOf FILE", 257, "ustar"),
  PDF("a PDF document", "take its text out: pdftotext FILE", "%PDF-"),
  RTF("an RTF document", "save it as plain text", "{\\rtf"),
  PARQUET("a Parquet file", "pass " + Parameter.INPUT_FORMAT + " parquet, or call it so", "PAR1"),
  ARROW("an Arrow file", "write it as Parquet", "ARROW1\u0000\u0000", "\u00FF\u00FF\u00FF\u00FF"),
  FEATHER("a Feather file", "write it as Parquet", "FEA1"),
  AVRO("an Avro file", "write it as JSON Lines, as avro-tools tojson does", "Obj\u0001"),
  ORC("an ORC file", "write it as Parquet or CSV", "ORC"),
  SEQUENCE("a sequence file of Hadoop", "write it as Parquet or CSV", "SEQ\u0006"),
  SQLITE(
      "an SQLite database",
      "write a query's rows: sqlite3 -csv -header FILE 'SELECT ...'",
      "SQLite format 3\u0000"),
  DUCKDB("a DuckDB database", "write a query's rows as Parquet", 8, "DUCK"),
  NUMPY("a file of NumPy", "write its texts as JSON Lines", "\u0093NUMPY"),
  HDF5("an HDF5 file", "write its texts as JSON Lines", "\u0089HDF\r\n\u001A\n"),
  PICKLE(
      "a pickle of Python",
      "write its texts as JSON Lines",
      "\u0080\u0002",
      "\u0080\u0003",
      "\u0080\u0004",
      "\u0080\u0005"),
  PICTURE("a picture", "only texts are read", "\u0089PNG", "\u00FF\u00D8\u00FF", "GIF8");

  /** Recognised by its name alone, since its bytes have no fixed beginning. */
  private static final String BROTLI =
      "compressed with Brotli, where text is expected; unpack it: brotli -dc FILE";

  private static final String EXPECTED = ", where text is expected; ";

  private final String what;
  private final String advice;
  private final int offset;

  /** The possible beginnings of such a file, a character for each byte, separated by bars. */
  private final String beginnings;

  ForeignFile(String what, String advice, String... beginnings) {
    this(what, advice, 0, beginnings);
  }

  ForeignFile(String what, String advice, int offset, String... beginnings) {
    this.what = what;
    this.advice = advice;
    this.offset = offset;
    this.beginnings = String.join("|", beginnings);
  }

  /**
   * The format of a file and how to convert it, if it cannot be an input.
   *
   * @param head its first bytes
   */
  static Optional<String> advice(String name, byte[] head) {
    if (name.toLowerCase(Locale.ROOT).endsWith(".br") && !isText(head)) {
      return Optional.of(BROTLI);
    }
    return Arrays.stream(values())
        .filter(kind -> kind.begins(head))
        .findFirst()
        .map(kind -> kind.what + EXPECTED + kind.advice);
  }

  private boolean begins(byte[] head) {
    String latin = new String(head, StandardCharsets.ISO_8859_1);
    return Arrays.stream(beginnings.split("\\|"))
            .anyMatch(beginning -> latin.startsWith(beginning, offset))
        && switch (this) {
          case ZIP_WORKBOOK ->
              contains(latin, "xl/", "[Content_Types].xml", "docProps/", "_rels/", "opendocument");
          // A text may begin with these letters, but not with control characters after them.
          case BZIP2, ORC, PARQUET, TAR, DUCKDB, PICTURE, FEATHER -> !isText(head);
          default -> true;
        };
  }

  private static boolean contains(String head, String... parts) {
    return Arrays.stream(parts).anyMatch(head::contains);
  }

  /** Whether all bytes may occur in plain text. */
  static boolean isText(byte... head) {
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') {
        return false;
      }
    }
    return true;
  }
}
