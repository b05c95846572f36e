package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.jobs.Troubles.Trouble;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a lane keeps on disk: its journal, the texts that failed, and those that are paid for. */
final class LaneStore implements Closeable {
  private final LaneFolder folder;
  private final Journal journal;
  private final JobBook book;
  private final Troubles troubles;
  private final PaidTexts paid;
  private final LaneDisk disk;
  private final Consumer<JournalEvent> onAppended;

  private LaneStore(
      LaneFolder folder,
      Journal journal,
      JobBook book,
      Troubles troubles,
      PaidTexts paid,
      LaneDisk disk,
      Consumer<JournalEvent> onAppended) {
    this.folder = folder;
    this.journal = journal;
    this.book = book;
    this.troubles = troubles;
    this.paid = paid;
    this.disk = disk;
    this.onAppended = onAppended;
  }

  /**
   * Opens the files of a lane, which are created if they do not exist.
   *
   * @param user the command, which other runs print
   * @param onAppended receives each new event once it is on the disk
   * @throws RunFailed if another run has them
   */
  static LaneStore open(
      Path cacheFolder, String name, String user, LaneDisk disk, Consumer<JournalEvent> onAppended)
      throws IOException {
    return open(LaneFolder.open(cacheFolder, name, user), disk, onAppended);
  }

  /** Opens the files of another lane of the cache, unless a run has them or they are gone. */
  Optional<LaneStore> other(String name) throws IOException {
    Optional<LaneFolder> other = folder.other(name);
    return other.isPresent() ? Optional.of(open(other.get(), disk, event -> {})) : Optional.empty();
  }

  private static LaneStore open(LaneFolder folder, LaneDisk disk, Consumer<JournalEvent> onAppended)
      throws IOException {
    try {
      Journal journal = Journal.open(folder.journal());
      try {
        JobBook book = JobBook.of(journal.events());
        Troubles troubles = troubles(folder, book, disk);
        try {
          PaidTexts paid = PaidTexts.open(folder.paid(), disk);
          return new LaneStore(folder, journal, book, troubles, paid, disk, onAppended);
        } catch (RuntimeException e) {
          troubles.close();
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        journal.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** The troubles of a lane; none where its texts are submitted anew. */
  private static Troubles troubles(LaneFolder folder, JobBook book, LaneDisk disk)
      throws IOException {
    if (book.attempt() == 0) {
      CacheFiles.deleteTree(folder.troubles());
    }
    return Troubles.open(folder.troubles(), disk);
  }

  LaneFolder folder() {
    return folder;
  }

  JobBook book() {
    return book;
  }

  Troubles troubles() {
    return troubles;
  }

  PaidTexts paid() {
    return paid;
  }

  /** A draft of the files of a job. */
  JobDraft draft(int job) throws IOException {
    return JobDraft.create(folder.lines(job), folder.keys(job), disk);
  }

  /** Whether texts that the last round left without a vector are to be sent alone. */
  boolean anyTextIsSuspected() throws IOException {
    for (LaneJob job : book.incomplete()) {
      List<CacheKey> keys = JobKeys.read(folder.keys(job.number())).all();
      if (troubles.of(keys).values().stream().anyMatch(Trouble::isSuspected)) {
        return true;
      }
    }
    return false;
  }

  /** Writes an event; it survives a power cut when this returns. */
  void append(JournalEvent event) throws IOException {
    journal.append(event);
    book.add(event);
    onAppended.accept(event);
  }

  @Override
  public void close() throws IOException {
    try (folder;
        journal;
        troubles) {
      paid.close();
    }
  }

  /** Closes and removes the files. */
  void closeForGood() throws IOException {
    try (folder) {
      try (journal;
          troubles) {
        paid.close();
      }
      folder.delete();
    }
  }
}
