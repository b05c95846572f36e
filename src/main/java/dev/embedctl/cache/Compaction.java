package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.OwnedThread;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rewrites a namespace with some of its rows, in their order. The copy is a new generation, which
 * is complete and forced before {@code meta.json} is replaced by one that names it. A crash before
 * this step leaves the old generation, a crash after it the new one, and the next writer removes
 * the other. If the disk has no room for a copy, the rows are moved to the front of their own
 * files.
 */
final class Compaction {
  private static final int BATCH_BYTES = 4 << 20;

  /** The bytes of a copy besides its rows: the index and the meta. */
  private static final long FIXED_BYTES = 2 << 20;

  private static final int INDEX_BYTES = 40;

  private final Namespace namespace;
  private final NamespaceMeta meta;
  private final RowLayout layout;
  private final LogSettings settings;

  /** A compaction of a namespace with rows. */
  Compaction(Namespace namespace, NamespaceMeta meta, LogSettings settings) {
    this.namespace = namespace;
    this.meta = meta;
    this.layout = meta.layout().orElseThrow();
    this.settings = settings;
  }

  /** Keeps the rows of these slots, which are intact, and no others. */
  void keep(BitSet slots) throws IOException {
    long needed = FIXED_BYTES + (layout.rowBytes() + (long) INDEX_BYTES) * slots.cardinality();
    if (Files.getFileStore(namespace.folder()).getUsableSpace() < needed) {
      keepInPlace(slots);
      return;
    }
    try {
      keepCopied(slots);
    } catch (IOException e) {
      keepInPlace(slots); // a quota, or another process used the space meanwhile
    }
  }

  /**
   * Moves the rows to the front, one after another. Each remains at its old place until its copy is
   * on the disk: a crash may leave rows twice and dropped ones undropped, but loses none.
   */
  void keepInPlace(BitSet slots) throws IOException {
    LogFiles log = namespace.log(meta);
    for (Path index : log.indexes().values()) {
      Files.delete(index); // it contains the old places
    }
    CacheFiles.forceFolder(log.folder());
    try (RowMover mover = new RowMover(log, layout, settings.opener())) {
      for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
        mover.toFront(slot);
      }
      mover.cutBehind();
    }
  }

  private void keepCopied(BitSet slots) throws IOException {
    NamespaceMeta next =
        meta.nextGeneration()
            .withLayout(RowLayout.within(settings.segmentBytes(), layout.dimensions()));
    LogFiles copy = namespace.log(next);
    CacheFiles.deleteTree(copy.folder());
    try {
      CacheFiles.createOwnFolder(copy.folder());
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

  /** Moves rows of a log to its front and truncates the rest. */
  private static final class RowMover implements Closeable {
    private static final Set<StandardOpenOption> CHANGING =
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    private final LogFiles files;
    private final RowLayout layout;
    private final CacheFiles.Opener opener;
    private final Map<Integer, FileChannel> open = new TreeMap<>();
    private final RowBuffer row;
    private int end;

    /** The first old place of a row whose copy may not be on the disk yet. */
    private OptionalInt firstUnforced = OptionalInt.empty();

    RowMover(LogFiles files, RowLayout layout, CacheFiles.Opener opener) {
      this.files = files;
      this.layout = layout;
      this.opener = opener;
      this.row = RowBuffer.allocate(layout, 1);
    }

    /** Moves the row of a slot after the rows that were moved before. */
    void toFront(int slot) throws IOException {
      if (slot != end) {
        move(slot);
      }
      end++;
    }

    /** Drops everything after the moved rows. */
    void cutBehind() throws IOException {
      force();
      for (var segment : files.segments().descendingMap().entrySet()) {
        int first = layout.slotOf(segment.getKey(), 0);
        if (first >= end) {
          Files.delete(segment.getValue());
        } else if (end < first + layout.rowsPerSegment()) {
          FileChannel last = channel(segment.getKey());
          last.truncate(layout.offsetOf(end - first));
          last.force(true);
        }
      }
      CacheFiles.forceFolder(files.folder());
    }

    @Override
    public void close() throws IOException {
      for (FileChannel channel : open.values()) {
        channel.close();
      }
    }

    private void move(int slot) throws IOException {
      if (firstUnforced.isPresent() && firstUnforced.getAsInt() <= end) {
        force();
      }
      CacheFiles.readFully(
          channel(layout.segmentOf(slot)), row.firstRows(1), layout.offsetOf(layout.rowOf(slot)));
      if (!row.isIntact(0, layout.rowOf(slot))) {
        throw new IOException("rows of " + files.folder() + " changed while they were moved");
      }
      row.put(0, layout.rowOf(end), row.row(0));
      CacheFiles.writeFully(
          channel(layout.segmentOf(end)), row.firstRows(1), layout.offsetOf(layout.rowOf(end)));
      if (firstUnforced.isEmpty()) {
        firstUnforced = OptionalInt.of(slot);
      }
    }

    private void force() throws IOException {
      for (FileChannel channel : open.values()) {
        channel.force(false);
      }
      firstUnforced = OptionalInt.empty();
    }

    private FileChannel channel(int segment) throws IOException {
      FileChannel channel = open.get(segment);
      if (channel == null) {
        channel = opener.open(files.segment(segment), CHANGING);
        open.put(segment, channel);
      }
      return channel;
    }
  }
}
