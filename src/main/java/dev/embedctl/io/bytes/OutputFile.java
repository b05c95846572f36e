package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that bears its name only once it is whole: it grows beside its place as {@code NAME.part}
 * and is renamed at the end. A device or a pipe is written directly.
 */
public final class OutputFile implements Output {

  /** Does something to a file. */
  @FunctionalInterface
  private interface FileAction {
    void run() throws IOException;
  }

  private final OutputTarget target;
  private final FileChannel channel;
  private final Optional<PartFile> part;
  private boolean settled;

  private OutputFile(OutputTarget target, FileChannel channel, Optional<PartFile> part) {
    this.target = target;
    this.channel = channel;
    this.part = part;
  }

  /**
   * Begins the file. What bears the name now stays until {@link #commit}.
   *
   * @throws EmbedctlException.Usage where the path is a folder, or its folder is not there
   * @throws EmbedctlException.RunFailed where another run writes the same file, or it cannot be
   *     written
   */
  public static OutputFile open(Path path) {
    try {
      OutputTarget target = OutputTarget.of(path);
      return switch (target.way()) {
        case REPLACED -> {
          PartFile part = PartFile.open(target);
          yield new OutputFile(target, part.channel(), Optional.of(part));
        }
        case DIRECT ->
            new OutputFile(
                target,
                FileChannel.open(target.file(), StandardOpenOption.WRITE),
                Optional.empty());
      };
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  /** Writes what remains in the buffer. */
  public void write(ByteBuffer buffer) {
    attempt(
        () -> {
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /**
   * Overwrites what was written at a place already, as a header that tells a count.
   *
   * @param position bytes from the beginning
   * @throws EmbedctlException.RunFailed also where the output is a device or a pipe
   */
  public void rewrite(long position, ByteBuffer buffer) {
    attempt(
        () -> {
          for (long at = position; buffer.hasRemaining(); ) {
            at += channel.write(buffer, at);
          }
        });
  }

  @Override
  public void flush() {
    // The channel holds nothing back.
  }

  @Override
  public void commit() {
    if (settled) {
      return;
    }
    attempt(
        () -> {
          if (target.way() == OutputTarget.Way.REPLACED) {
            channel.force(true);
            checkPart();
            // The lock is held until the name is given, so that no other run can take the part.
            Files.move(
                target.part(),
                target.file(),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
            forceFolder();
          }
          settled = true;
          channel.close();
        });
  }

  /** Settles that there is to be no such file: one of an earlier run is removed. */
  public void commitAbsence() {
    if (settled) {
      return;
    }
    attempt(
        () -> {
          if (target.way() == OutputTarget.Way.REPLACED) {
            Files.deleteIfExists(target.file());
          }
        });
    close();
  }

  @Override
  public void close() {
    if (settled) {
      return;
    }
    settled = true;
    attempt(
        () -> {
          try (channel) {
            if (part.isPresent() && part.get().bearsItsName()) {
              Files.deleteIfExists(target.part());
            }
          }
        });
  }

  /** What else bears the part's name by now is not what was written. */
  private void checkPart() throws IOException {
    if (part.isPresent() && !part.get().bearsItsName()) {
      throw new IOException(
          target.part()
              + " was deleted, moved or replaced while it was written; nothing is renamed");
    }
  }

  /** Makes the rename outlast a power cut, where the system lets a folder be opened. */
  private void forceFolder() {
    try (FileChannel folder = FileChannel.open(target.folder(), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      // The rename itself has succeeded.
      return;
    }
  }

  private void attempt(FileAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw failure(target.given(), e);
    }
  }

  private static EmbedctlException failure(Path path, IOException e) {
    if (BrokenPipe.caused(e)) {
      return new EmbedctlException.ReaderGone(e);
    }
    String why =
        e instanceof AccessDeniedException ? "no permission in its folder" : e.getMessage();
    return new EmbedctlException.RunFailed(path + " cannot be written: " + why, e);
  }
}
