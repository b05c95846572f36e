package dev.embedctl.jobs;

import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a lane keeps on disk: its journal, the texts that failed, and those that are paid for. */
final class LaneStore implements Closeable {
  private final LaneFolder folder;
  private final Journal journal;
  private final JobBook book;
  private final Troubles troubles;
  private final PaidTexts paid;
  private final Consumer<JournalEvent> onAppended;

  private LaneStore(
      LaneFolder folder,
      Journal journal,
      Troubles troubles,
      PaidTexts paid,
      Consumer<JournalEvent> onAppended) {
    this.folder = folder;
    this.journal = journal;
    this.book = JobBook.of(journal.events());
    this.troubles = troubles;
    this.paid = paid;
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
      Path cacheFolder, String name, String user, Consumer<JournalEvent> onAppended)
      throws IOException {
    LaneFolder folder = LaneFolder.open(cacheFolder, name, user);
    try {
      Journal journal = Journal.open(folder.journal());
      try {
        return new LaneStore(
            folder,
            journal,
            Troubles.read(folder.troubles()),
            PaidTexts.open(folder.paid()),
            onAppended);
      } catch (IOException | RuntimeException e) {
        journal.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
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

  /** Writes an event; it survives a power cut when this returns. */
  void append(JournalEvent event) throws IOException {
    journal.append(event);
    book.add(event);
    onAppended.accept(event);
  }

  @Override
  public void close() throws IOException {
    try (folder;
        journal) {
      paid.close();
    }
  }

  /** Closes and removes the files. */
  void closeForGood() throws IOException {
    try (folder) {
      try (journal) {
        paid.close();
      }
      folder.delete();
    }
  }
}
