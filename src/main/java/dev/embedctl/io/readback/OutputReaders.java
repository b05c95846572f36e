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
