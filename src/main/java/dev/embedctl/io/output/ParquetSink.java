package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Hit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes Parquet: one row per record, with the vector as a list of floats, and id and metadata as
 * strings. Records that are rendered together form one page per column.
 */
public final class ParquetSink implements RecordSink {
  private final TextColumns texts;
  private final ParquetWriter writer;
  private final RowLength rowLength = new RowLength();

  /** Writes to an output, and closes it. */
  public ParquetSink(Output output, TextColumns texts) {
    this.texts = texts;
    this.writer = new ParquetWriter(output, ParquetColumn.of(texts));
  }

  @Override
  public Rendered render(List<Embedding> embeddings) {
    ParquetWriter.Rows rows = new ParquetWriter.Rows(embeddings.size(), pages(embeddings));
    return () -> {
      embeddings.forEach(embedding -> rowLength.check(embedding.vector()));
      writer.add(rows);
    };
  }

  private List<ParquetPage> pages(List<Embedding> embeddings) {
    int rows = embeddings.size();
    long[] indexes = new long[rows];
    boolean[] cached = new boolean[rows];
    List<Optional<String>> ids = new ArrayList<>(rows);
    List<List<Optional<String>>> metadata = new ArrayList<>();
    texts.metadataNames().forEach(name -> metadata.add(new ArrayList<>(rows)));
    for (int i = 0; i < rows; i++) {
      InputRecord record = embeddings.get(i).record();
      indexes[i] = record.index();
      cached[i] = embeddings.get(i) instanceof Hit;
      ids.add(texts.id(record));
      List<Optional<String>> cells = texts.metadata(record);
      for (int j = 0; j < cells.size(); j++) {
        metadata.get(j).add(cells.get(j));
      }
    }
    List<ParquetPage> pages = new ArrayList<>();
    pages.add(ParquetPage.ofLongs(indexes));
    pages.add(ParquetPage.ofTexts(ids));
    pages.add(ParquetPage.ofVectors(embeddings.stream().map(Embedding::vector).toList()));
    pages.add(ParquetPage.ofBooleans(cached));
    texts.numbers().stream()
        .map(column -> embeddings.stream().mapToLong(column::of).toArray())
        .map(ParquetPage::ofLongs)
        .forEach(pages::add);
    metadata.forEach(cells -> pages.add(ParquetPage.ofTexts(cells)));
    return pages;
  }

  /** Does nothing: pages are held until their row group is full. */
  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void commit() {
    writer.commit();
  }

  @Override
  public void close() {
    writer.close();
  }
}
