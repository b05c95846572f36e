package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.Utf8Reader;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Opens an output of any format, compressed or not, for reading. */
public final class OutputReaders {
  private OutputReaders() {}

  /**
   * Options for reading an output.
   *
   * @param format the name of its format; if empty, the file's name decides
   * @param vectors the format of its vectors, if given
   * @param dimensions the number of dimensions, if known
   */
  public record Reading(
      Optional<String> format, Optional<VectorFormat> vectors, OptionalInt dimensions) {}

  /**
   * Opens a file.
   *
   * @throws EmbedctlException.InvalidInput if it is missing, not readable, or not valid in its
   *     format
   * @throws Usage if its format is unknown
   */
  public static OutputReader open(Path file, Reading reading) throws IOException {
    String format = format(file, reading);
    VectorParser embeddings = new VectorParser(reading.vectors(), reading.dimensions());
    Opened opened = new Opened();
    try {
      OutputReader reader =
          switch (format) {
            case "jsonl", "ndjson", "json" ->
                new JsonlRows(file.toString(), opened.lines(file), embeddings);
            case "csv" -> new CsvRows(file.toString(), opened.text(file), embeddings);
            case "npy" -> npy(file, opened, embeddings);
            case "parquet" -> ParquetRows.open(seekable(file), file.toString());
            case "arrow", "feather" -> ArrowRows.open(seekable(file), file.toString());
            default ->
                throw new Usage(
                    file
                        + ": unknown format; pass "
                        + Parameter.OUTPUT_FORMAT
                        + " jsonl, csv, parquet, arrow or"
                        + " npy");
          };
      opened.keep();
      return reader;
    } finally {
      opened.close();
    }
  }

  /**
   * The vectors of a file that has them as memory has; empty for other formats, and for a
   * compressed file.
   *
   * @param maxRows the greatest number of rows in a range
   * @throws EmbedctlException.InvalidInput if it is missing, not readable, or not valid
   */
  public static Optional<FlatVectors> flat(Path file, Reading reading, int maxRows)
      throws IOException {
    return switch (format(file, reading)) {
      case "npy" ->
          FlatVectors.isArray(seekable(file))
              ? Optional.of(FlatVectors.ofArray(file, maxRows))
              : Optional.empty();
      case "arrow", "feather" -> Optional.of(FlatVectors.ofArrow(seekable(file), maxRows));
      default -> Optional.empty();
    };
  }

  /** Opens the rows of a part of an output. */
  @FunctionalInterface
  public interface Part {
    OutputReader open() throws IOException;
  }

  /**
   * The parts of a file that several threads can read at the same time, in the order of its rows:
   * many for JSON Lines that are not compressed, otherwise the whole. Rows of a part count lines
   * from its beginning.
   *
   * @param bytes about how many a part has
   */
  public static List<Part> parts(Path file, Reading reading, long bytes) throws IOException {
    boolean lines = Set.of("jsonl", "ndjson").contains(format(file, reading));
    if (!lines || !Files.isRegularFile(file) || Files.size(file) <= bytes || isCompressed(file)) {
      return List.of(() -> open(file, reading));
    }
    List<Part> parts = new ArrayList<>();
    for (LineRange range : LineRange.of(file, bytes)) {
      parts.add(
          () ->
              new JsonlRows(
                  file.toString(),
                  new LineReader(new Utf8Reader(range.open(file)), LineReader.DEFAULT_MAX_CHARS),
                  new VectorParser(reading.vectors(), reading.dimensions())));
    }
    return parts;
  }

  /** JSON Lines begin with an object, after a mark of UTF-8 perhaps. */
  private static boolean isCompressed(Path file) throws IOException {
    try (InputStream raw = RecordSources.openStream(file, file.toString())) {
      int first = raw.read();
      return first != '{' && first != 0xEF;
    }
  }

  private static String format(Path file, Reading reading) {
    if (reading.format().isPresent()) {
      return reading.format().get().toLowerCase(Locale.ROOT);
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String plain = name.replaceFirst("\\.(gz|zst)$", "");
    return plain.substring(plain.lastIndexOf('.') + 1);
  }

  /** A readable file that allows random access. */
  private static Path seekable(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new Usage(file + ": this format cannot be read from a pipe; save it to a file first");
    }
    RecordSources.openStream(file, file.toString()).close();
    return file;
  }

  private static OutputReader npy(Path file, Opened opened, VectorParser embeddings)
      throws IOException {
    Path ids = file.resolveSibling(file.getFileName() + ".ids.jsonl");
    return new NpyRows(
        file.toString(), opened.bytes(file), ids.toString(), opened.lines(ids), embeddings);
  }

  /** The files opened for a reader, closed again if creating the reader fails. */
  private static final class Opened implements Closeable {
    private final List<InputStream> streams = new ArrayList<>();

    InputStream bytes(Path file) throws IOException {
      InputStream raw = RecordSources.openStream(file, file.toString());
      streams.add(raw);
      return RecordSources.plain(raw, file.toString());
    }

    Utf8Reader text(Path file) throws IOException {
      return new Utf8Reader(bytes(file));
    }

    LineReader lines(Path file) throws IOException {
      return new LineReader(text(file), LineReader.DEFAULT_MAX_CHARS);
    }

    /** Leaves the files to the reader. */
    void keep() {
      streams.clear();
    }

    @Override
    public void close() throws IOException {
      for (InputStream stream : streams) {
        stream.close();
      }
    }
  }
}
