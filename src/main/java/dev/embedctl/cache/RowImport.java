package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds rows to a cache folder whose lock the caller holds. Keys that exist do not change. */
public final class RowImport implements Closeable {
  private static final int BATCH = 256;

  /** Sends rows to an import. */
  @FunctionalInterface
  public interface Source {
    void sendTo(RowImport rows) throws IOException;
  }

  private final Path cacheFolder;
  private final LogSettings settings;
  private final Map<EmbeddingSpec, Target> targets = new HashMap<>();
  private long added;
  private long present;

  /** The cache of one spec with the rows to be written. */
  private static final class Target {
    private final LogCache cache;
    private final Map<CacheKey, Row> waiting = new LinkedHashMap<>();
    private Optional<Integer> dimensions;

    Target(LogCache cache) {
      this.cache = cache;
      this.dimensions = cache.dimensions();
    }
  }

  RowImport(Path cacheFolder, LogSettings settings) {
    this.cacheFolder = cacheFolder;
    this.settings = settings;
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException with a message for the user, if the other vectors of its spec
   *     have another number of dimensions
   */
  public void add(EmbeddingSpec spec, Row row) throws IOException {
    Target target = targetOf(spec);
    int dimensions = row.vector().dimensions();
    if (target.dimensions.orElse(dimensions) != dimensions) {
      throw new IllegalArgumentException(
          "a vector of "
              + dimensions
              + " dimensions, but the others have "
              + target.dimensions.get());
    }
    target.dimensions = Optional.of(dimensions);
    if (target.waiting.putIfAbsent(row.key(), row) != null) {
      present++;
    }
    if (target.waiting.size() == BATCH) {
      store(target);
    }
  }

  /** Adds a vector that was paid for at an unknown time, as if that was now. */
  public void add(EmbeddingSpec spec, CacheKey key, Vector vector) throws IOException {
    add(spec, new Row(key, vector, settings.now()));
  }

  /** Stores the rows that were added. */
  void store() throws IOException {
    for (Target target : targets.values()) {
      store(target);
    }
  }

  /** The result so far, without rows that are not stored yet. */
  CopyReport report() {
    return new CopyReport(added, present);
  }

  @Override
  public void close() throws IOException {
    for (Target target : targets.values()) {
      target.cache.close();
    }
  }

  private Target targetOf(EmbeddingSpec spec) throws IOException {
    Target target = targets.get(spec);
    if (target == null) {
      target = new Target(LogCache.openAlone(cacheFolder, spec, settings));
      targets.put(spec, target);
    }
    return target;
  }

  private void store(Target target) throws IOException {
    List<Row> rows = new ArrayList<>();
    Map<CacheKey, Vector> there = target.cache.lookup(List.copyOf(target.waiting.keySet()));
    for (Row row : target.waiting.values()) {
      if (there.containsKey(row.key())) {
        present++;
      } else {
        rows.add(row);
      }
    }
    target.cache.append(rows);
    added += rows.size();
    target.waiting.clear();
  }
}
