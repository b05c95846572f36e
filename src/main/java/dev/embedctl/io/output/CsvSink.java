package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Block;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Fresh;
import dev.embedctl.model.Outcome.Hit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Writes CSV as in RFC 4180, but with line feeds: a header row, and one row per record with the
 * vector in one cell. An empty cell is a missing value; an empty string has quotes.
 */
public final class CsvSink implements RecordSink {
  private static final byte[] COMMA = ",".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] QUOTE = "\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CACHED = ",true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FRESH = ",false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n".getBytes(StandardCharsets.US_ASCII);

  private final TextOutput output;
  private final VectorFormat format;
  private final TextColumns columns;

  /** Writes to an output, and closes it. */
  public CsvSink(Output output, VectorFormat format, Compression compression, TextColumns columns) {
    this.output = new TextOutput(output, compression, header(columns));
    this.format = format;
    this.columns = columns;
  }

  private static String header(TextColumns columns) {
    StringBuilder header = new StringBuilder("index,id,embedding,cached");
    columns.numbers().forEach(column -> header.append(',').append(column.label()));
    columns.metadataNames().forEach(name -> header.append(',').append(cell(name)));
    return header.append('\n').toString();
  }

  @Override
  public Rendered render(List<Embedding> embeddings) {
    Block rows = output.take();
    VectorWriter vectors = VectorWriter.of(format);
    for (Embedding embedding : embeddings) {
      InputRecord record = embedding.record();
      rows.put(Long.toString(record.index()));
      put(columns.id(record), rows);
      rows.put(COMMA);
      switch (format) {
        case FLOAT -> {
          rows.put(QUOTE);
          vectors.put(embedding.vector(), rows);
          rows.put(QUOTE);
        }
        case BASE64, FLOAT16 ->
            vectors.put(embedding.vector(), rows); // JSON's quotes are also valid CSV
      }
      rows.put(
          switch (embedding) {
            case Hit hit -> CACHED;
            case Fresh fresh -> FRESH;
          });
      columns.numbers().forEach(column -> rows.put("," + column.of(embedding)));
      columns.metadata(record).forEach(value -> put(value, rows));
      rows.put(END);
    }
    return output.rendered(rows);
  }

  private static void put(Optional<String> value, Block rows) {
    rows.put(COMMA);
    if (value.isPresent()) {
      rows.put(cell(value.get()));
    }
  }

  private static String cell(String text) {
    return isPlain(text) ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static boolean isPlain(String text) {
    if (text.isEmpty() || text.charAt(0) <= ' ' || text.charAt(text.length() - 1) <= ' ') {
      return false; // some readers trim cells without quotes, or read an empty one as a missing
      // value
    }
    return text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
  }

  @Override
  public void flush() {
    output.flush();
  }

  @Override
  public void commit() {
    output.commit();
  }

  @Override
  public void close() {
    output.close();
  }
}
