package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies the rows of side logs, whose processes have ended, into the main log. A side log is
 * removed only after its rows are forced in the main log: a crash may leave rows twice, but loses
 * none. Runs on the logs' own thread.
 */
final class Adoption {
  private static final int BATCH_BYTES = 4 << 20;

  private final OpenLog main;
  private final EmbeddingSpec spec;
  private final LogSettings settings;
  private final OwnedThread thread;
  private final LogPlaces places;

  Adoption(
      OpenLog main,
      EmbeddingSpec spec,
      LogSettings settings,
      OwnedThread thread,
      LogPlaces places) {
    this.main = main;
    this.spec = spec;
    this.settings = settings;
    this.thread = thread;
    this.places = places;
  }

  /** Adopts the logs whose processes have ended. */
  void run() throws IOException {
    for (Namespace side : main.namespace().sides()) {
      Optional<Closeable> place = places.tryLog(main.namespace(), side.number());
      if (place.isPresent()) {
        try {
          adopt(side);
        } catch (IOException | RunFailed e) {
          // The log stays, and its rows are found in it.
        } finally {
          place.get().close();
        }
      }
    }
  }

  private void adopt(Namespace side) throws IOException {
    OpenLog log = OpenLog.forWriting(side, spec, settings, thread);
    log.abandon();
    NamespaceMeta meta = side.meta();
    if (meta.layout().isPresent()) {
      RowLayout layout = meta.layout().get();
      if (!main.dimensions().orElse(layout.dimensions()).equals(layout.dimensions())) {
        return;
      }
      copy(new RowScanner(side.log(meta), layout, settings.opener()), layout);
      main.force();
    }
    for (Path damaged : side.setAside(meta)) {
      CacheFiles.publish(
          damaged, SetAside.free(main.namespace().folder().resolve(damaged.getFileName())));
    }
    side.remove();
  }

  private void copy(RowScanner rows, RowLayout layout) throws IOException {
    int most = Math.max(1, BATCH_BYTES / layout.rowBytes());
    List<Row> batch = new ArrayList<>();
    rows.scan(
        (slot, buffer, index) -> {
          Row row = buffer.row(index);
          if (!main.holdsSince(row.key(), row.created())) {
            batch.add(row);
          }
          if (batch.size() == most) {
            main.append(batch);
            batch.clear();
          }
        });
    main.append(batch);
  }
}
