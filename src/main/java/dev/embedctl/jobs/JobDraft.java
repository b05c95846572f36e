package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.provider.jobs.JobLimits;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/**
 * The files of a job that is being filled: the lines for the provider, and the keys of their texts.
 */
final class JobDraft implements Closeable {
  private final OpenFile linesFile;
  private final OpenFile keysFile;
  private final LaneDisk disk;
  private final BufferedOutputStream lines;
  private final DataOutputStream keys;
  private int count;
  private int texts;
  private long bytes;
  private long tokens;
  private long most;
  private long longest;

  private JobDraft(OpenFile linesFile, OpenFile keysFile, LaneDisk disk) {
    this.linesFile = linesFile;
    this.keysFile = keysFile;
    this.disk = disk;
    this.lines = new BufferedOutputStream(linesFile.stream(), 1 << 16);
    this.keys = new DataOutputStream(new BufferedOutputStream(keysFile.stream(), 1 << 16));
  }

  private record OpenFile(Path path, FileOutputStream stream) implements Closeable {
    static OpenFile create(Path file) throws IOException {
      CacheFiles.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)).close();
      return new OpenFile(
          file,
          new FileOutputStream(file.toFile())); // not a channel, which an interrupt would close
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** An empty draft in two files of one folder, which replaces one that was not finished. */
  static JobDraft create(Path linesFile, Path keysFile, LaneDisk disk) throws IOException {
    OpenFile lines = OpenFile.create(linesFile);
    try {
      return new JobDraft(lines, OpenFile.create(keysFile), disk);
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  /** The id of the next line. */
  String nextId() {
    return Integer.toString(count);
  }

  /** Whether a line of these bytes, without its end, is within the limits. */
  boolean takes(byte[] line, JobLimits limits) {
    return count == 0 || bytes + line.length + 1 <= limits.bytes();
  }

  /**
   * Adds a line.
   *
   * @param lineTokens the tokens of its texts
   * @param lineMost the most tokens that may be charged for them
   * @param lineLongest the most that may be charged for one of them
   */
  void add(byte[] line, List<CacheKey> asked, long lineTokens, long lineMost, long lineLongest)
      throws IOException {
    lines.write(line);
    lines.write('\n');
    keys.writeInt(asked.size());
    for (CacheKey key : asked) {
      keys.write(key.bytes());
    }
    count++;
    texts += asked.size();
    bytes += line.length + 1L;
    tokens += lineTokens;
    most += lineMost;
    longest = Math.max(longest, lineLongest);
  }

  int lines() {
    return count;
  }

  int texts() {
    return texts;
  }

  long tokens() {
    return tokens;
  }

  /** The most tokens that may be charged for its texts. */
  long most() {
    return most;
  }

  /** The most tokens that may be charged for one of its texts. */
  long longest() {
    return longest;
  }

  /** Forces both files and their folder to the disk. */
  void force() throws IOException {
    lines.flush();
    keys.flush();
    for (OpenFile file : List.of(linesFile, keysFile)) {
      disk.force(file.path(), file.stream().getFD());
    }
    disk.forceFolder(linesFile.path().toAbsolutePath().getParent());
  }

  @Override
  public void close() throws IOException {
    try (linesFile;
        keysFile) {
      lines.flush();
      keys.flush();
    }
  }
}
