package dev.embedctl.testing;

import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Fresh;
import dev.embedctl.model.Outcome.Hit;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Embeddings to write. */
public final class Embeddings {
  private Embeddings() {}

  /** The embedding of a record with neither id nor metadata. */
  public static Embedding of(long index, float... values) {
    return of(index, Optional.empty(), Optional.empty(), values);
  }

  /** The embedding of a record whose id and metadata are this JSON. */
  public static Embedding of(
      long index, Optional<String> id, Optional<String> metadata, float... values) {
    InputRecord record =
        new InputRecord(
            index,
            new InputPlace("input", index + 1),
            new Text.Valid("x"),
            id,
            metadata,
            () -> "{}");
    Vector vector = Vector.wrap(values);
    return index % 2 == 0
        ? new Fresh(record, vector, Duration.ZERO)
        : new Hit(record, vector, Duration.ZERO);
  }

  /** A row for each, of any finite floats there are. */
  public static List<Embedding> random(int count, int dimensions, Random random) {
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[dimensions];
      for (int j = 0; j < dimensions; j++) {
        float value = Float.intBitsToFloat(random.nextInt());
        values[j] = Float.isFinite(value) ? value : j;
      }
      embeddings.add(of(i, values));
    }
    return embeddings;
  }

  /** Writes them in chunks of this size. */
  public static void write(RecordSink sink, List<Embedding> embeddings, int chunk)
      throws IOException {
    for (int from = 0; from < embeddings.size(); from += chunk) {
      sink.render(embeddings.subList(from, Math.min(from + chunk, embeddings.size()))).write();
    }
  }

  /** The floats of an embedding as a list of a foreign reader has them. */
  public static List<Object> values(Embedding embedding) {
    List<Object> values = new ArrayList<>();
    for (float value : embedding.vector().toArray()) {
      values.add(value);
    }
    return values;
  }
}
