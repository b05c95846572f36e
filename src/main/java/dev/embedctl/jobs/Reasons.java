package dev.embedctl.jobs;

import dev.embedctl.cache.files.CacheFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Sentences in a file, each found by its place. Thread-safe. */
final class Reasons implements Closeable {
  private final Path path;
  private final RandomAccessFile file; // not a channel, which an interrupt would close
  private final LaneDisk disk;
  private final ReentrantLock lock = new ReentrantLock();

  private Reasons(Path path, RandomAccessFile file, LaneDisk disk) {
    this.path = path;
    this.file = file;
    this.disk = disk;
  }

  /** The sentences in a file, which is created if it does not exist. */
  static Reasons open(Path path, LaneDisk disk) throws IOException {
    CacheFiles.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)).close();
    return new Reasons(path, new RandomAccessFile(path.toFile(), "rw"), disk);
  }

  /** Adds a sentence and returns its place. */
  long add(String sentence) throws IOException {
    byte[] bytes = sentence.getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      long place = file.length();
      file.seek(place);
      file.writeInt(bytes.length);
      file.write(bytes);
      return place;
    } finally {
      lock.unlock();
    }
  }

  /** The sentence at a place that {@link #add} returned. */
  String at(long place) throws IOException {
    lock.lock();
    try {
      file.seek(place);
      byte[] bytes = new byte[file.readInt()];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } finally {
      lock.unlock();
    }
  }

  /** Makes the sentences survive a power cut. */
  void force() throws IOException {
    disk.force(path, file.getFD());
    disk.forceFolder(path.toAbsolutePath().getParent());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
