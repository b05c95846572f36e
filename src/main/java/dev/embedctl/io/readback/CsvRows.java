package dev.embedctl.io.readback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.io.bytes.RowBound;
import dev.embedctl.io.input.JsonLine;
import dev.embedctl.io.input.JsonReason;
import dev.embedctl.io.readback.VectorParser.NoVector;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a CSV output: the columns {@code index}, {@code embedding} and, if present, {@code id}. */
final class CsvRows implements OutputReader {
  private static final String INDEX = "[0-9]{1,18}";

  private final JsonFactory factory =
      JsonLine.newFactory().rebuild().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private final String name;
  private final VectorParser embeddings;
  private final RowBound bound;
  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;
  private final int indexColumn;
  private final int idColumn;
  private final int embeddingColumn;
  private final int columns;
  private final MetadataColumns metadata;
  private String[] cells = {};

  /**
   * Opens an output and reads its header row.
   *
   * @throws InvalidInput if this is not the header row of an output
   */
  CsvRows(String name, Reader reader, VectorParser embeddings) throws IOException {
    this.name = name;
    this.embeddings = embeddings;
    this.bound = new RowBound(reader, LineReader.DEFAULT_MAX_CHARS);
    this.parser = CSVParser.builder().setReader(bound).setFormat(CSVFormat.RFC4180).get();
    this.rows = parser.iterator();
    bound.rowBegins();
    List<String> header = hasNext() ? List.of(rows.next().values()) : List.of();
    this.indexColumn = header.indexOf("index");
    this.idColumn = header.indexOf("id");
    this.embeddingColumn = header.indexOf("embedding");
    this.columns = header.size();
    this.metadata = new MetadataColumns(header);
    if (indexColumn < 0 || embeddingColumn < 0) {
      throw new InvalidInput(name + ":1: the header row has no columns index and embedding");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OutputRow> next() {
    bound.rowBegins();
    String place = name + ":" + (parser.getCurrentLineNumber() + 1);
    if (!hasNext()) {
      return Optional.empty();
    }
    cells = rows.next().values();
    if (cells.length != columns) {
      return Optional.of(
          new OutputRow.Broken(
              place, OptionalLong.empty(), cells.length + " cells, but the header has " + columns));
    }
    if (!cells[indexColumn].matches(INDEX)) {
      return Optional.of(
          new OutputRow.Broken(
              place, OptionalLong.empty(), "the index is missing or not an integer of at least 0"));
    }
    long index = Long.parseLong(cells[indexColumn]);
    try {
      return Optional.of(new OutputRow.Whole(place, index, id(), vector(cells[embeddingColumn])));
    } catch (NoVector e) {
      return Optional.of(new OutputRow.Broken(place, OptionalLong.of(index), e.getMessage()));
    }
  }

  private OutputId id() {
    return idColumn < 0 ? new OutputId.None() : new OutputId.Cell(cells[idColumn]);
  }

  private Vector vector(String cell) throws NoVector {
    if (!cell.startsWith("[")) {
      return embeddings.decoded(cell);
    }
    try (JsonParser json = factory.createParser(cell)) {
      json.nextToken();
      return embeddings.read(json);
    } catch (JsonProcessingException e) {
      NoVector failure = new NoVector("the embedding is " + JsonReason.of(e));
      failure.initCause(e);
      throw failure;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private boolean hasNext() {
    try {
      return rows.hasNext();
    } catch (UncheckedIOException e) {
      long line = parser.getCurrentLineNumber() + 1;
      throw e.getCause() instanceof CSVException || e.getCause() instanceof RowBound.Exceeded
          ? new InvalidInput(
              name + ":" + line + ": not a valid CSV row: " + e.getCause().getMessage(), e)
          : ReadFailure.at(name, line, e.getCause());
    }
  }

  @Override
  public Optional<String> metadata() {
    return cells.length == columns
        ? metadata.object(
            place -> cells[place].isEmpty() ? Optional.empty() : Optional.of(cells[place]))
        : Optional.empty();
  }

  @Override
  public void skip(long count) {
    for (long left = count; left > 0; left--) {
      bound.rowBegins();
      if (!hasNext()) {
        return;
      }
      rows.next();
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
