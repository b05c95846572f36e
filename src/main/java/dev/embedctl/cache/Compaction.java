package dev.embedctl.cache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Rewrites a namespace with some of its rows, in their order. The copy is a generation of its own,
 * whole and forced before {@code meta.json} is replaced by one that names it; a crash before that
 * step leaves the old, a crash after it the new, and either way the next who writes removes what is
 * not named.
 */
final class Compaction {
  private static final int BATCH_BYTES = 4 << 20;

  private final Namespace namespace;
  private final NamespaceMeta meta;
  private final RowLayout layout;
  private final LogSettings settings;

  /** A compaction of a namespace that has rows. */
  Compaction(Namespace namespace, NamespaceMeta meta, LogSettings settings) {
    this.namespace = namespace;
    this.meta = meta;
    this.layout = meta.layout().orElseThrow();
    this.settings = settings;
  }

  /** Keeps the rows of these slots, which are intact, and no others. */
  void keep(BitSet slots) throws IOException {
    NamespaceMeta next =
        meta.nextGeneration()
            .withLayout(RowLayout.within(settings.segmentBytes(), layout.dimensions()));
    LogFiles copy = namespace.log(next);
    CacheFiles.deleteTree(copy.folder());
    try {
      CacheFiles.createFolder(copy.folder());
      fill(copy, next, slots);
      CacheFiles.forceFolder(namespace.folder());
    } catch (IOException | RuntimeException e) {
      CacheFiles.deleteTree(copy.folder());
      throw e;
    }
    namespace.write(next);
    CacheFiles.deleteTree(namespace.log(meta).folder());
  }

  private void fill(LogFiles copy, NamespaceMeta next, BitSet slots) throws IOException {
    RowLayout to = next.layout().orElseThrow();
    try (OwnedThread unused = new OwnedThread("embedctl-cache-compaction");
        IndexedLog target = IndexedLog.forWriting(copy, to, next.name(), settings, unused)) {
      int copied = copyRows(slots, target);
      if (copied != slots.cardinality()) {
        throw new IOException("rows of " + namespace.folder() + " changed while they were copied");
      }
      target.force();
      target.sealIfDue();
    }
  }

  private int copyRows(BitSet slots, IndexedLog target) throws IOException {
    int batchRows = Math.max(1, BATCH_BYTES / layout.rowBytes());
    List<Row> batch = new ArrayList<>(batchRows);
    int[] copied = {0};
    new RowScanner(namespace.log(meta), layout, settings.opener())
        .scan(
            (slot, rows, index) -> {
              if (slots.get(slot)) {
                batch.add(rows.row(index));
                copied[0]++;
              }
              if (batch.size() == batchRows) {
                target.append(batch);
                batch.clear();
              }
            });
    if (!batch.isEmpty()) {
      target.append(batch);
    }
    return copied[0];
  }
}
