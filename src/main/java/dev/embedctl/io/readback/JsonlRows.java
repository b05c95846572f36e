package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.Optional;

/** Reads a JSON Lines output, in any vector format. */
final class JsonlRows implements OutputReader {
  private final String name;
  private final LineReader lines;
  private final RowJson json;

  JsonlRows(String name, LineReader lines, VectorParser embeddings) {
    this.name = name;
    this.lines = lines;
    this.json = new RowJson(embeddings);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OutputRow> next() throws IOException {
    if (!advance()) {
      return Optional.empty();
    }
    json.read(lines);
    String place = name + ":" + lines.number();
    if (json.defect().isPresent()) {
      return Optional.of(new OutputRow.Broken(place, json.index(), json.defect().get()));
    }
    Optional<Vector> vector = json.vector();
    return Optional.of(
        vector.isPresent()
            ? new OutputRow.Whole(place, json.index().orElseThrow(), json.id(), vector.get())
            : new OutputRow.Broken(place, json.index(), "no embedding"));
  }

  private boolean advance() {
    try {
      return lines.advance();
    } catch (IOException e) {
      throw ReadFailure.at(name, lines.number() + 1, e);
    }
  }

  @Override
  public Optional<String> metadata() {
    return json.metadata();
  }

  @Override
  public void skip(long rows) {
    for (long left = rows; left > 0 && advance(); ) {
      left--;
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
