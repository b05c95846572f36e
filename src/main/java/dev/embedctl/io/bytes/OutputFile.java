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
 * A file that gets its name only when it is complete: it is written as {@code NAME.part} in the
 * same folder and renamed at the end. A device or a pipe is written directly.
 */
public final class OutputFile implements Output {

  /** An action on a file. */
  @FunctionalInterface
  private interface FileAction {
    void run() throws IOException;
  }

  private final OutputTarget target;
  private final FileChannel channel;
  private final Optional<PartFile> part;
  private final ForceBehind forced;
  private boolean settled;

  private OutputFile(OutputTarget target, FileChannel channel, Optional<PartFile> part) {
    this.target = target;
    this.channel = channel;
    this.part = part;
    this.forced = new ForceBehind(() -> channel.force(false));
  }

  /**
   * Begins the file. An existing file of that name stays until {@link #commit}.
   *
   * @throws EmbedctlException.Usage if the path is a folder, or its folder does not exist
   * @throws EmbedctlException.RunFailed if another run writes the same file, or it cannot be
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

  /** Writes the remaining bytes of the buffer. */
  public void write(ByteBuffer buffer) {
    attempt(
        () -> {
          long written = 0;
          while (buffer.hasRemaining()) {
            written += channel.write(buffer);
          }
          if (target.way() == OutputTarget.Way.REPLACED) {
            forced.wrote(written);
          }
        });
  }

  /**
   * Overwrites bytes that were written before, for example a header with a count.
   *
   * @param position the offset from the beginning
   * @throws EmbedctlException.RunFailed also if the output is a device or a pipe
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
    // The channel does not buffer.
  }

  @Override
  public void commit() {
    if (settled) {
      return;
    }
    attempt(
        () -> {
          if (target.way() == OutputTarget.Way.REPLACED) {
            forced.settle();
            channel.force(true);
            checkPart();
            // The lock is held until after the rename, so that no other run can use the part file.
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

  /** Completes the output as no file at all: the file of an earlier run is deleted. */
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
            if (part.isPresent() && part.get().stillHasItsName()) {
              Files.deleteIfExists(target.part());
            }
          }
        });
  }

  /** Fails if another file now has the part file's name. */
  private void checkPart() throws IOException {
    if (part.isPresent() && !part.get().stillHasItsName()) {
      throw new IOException(
          target.part()
              + " was deleted, moved or replaced while it was written; nothing is renamed");
    }
  }

  /** Makes the rename survive a power failure, if the system can open a folder. */
  private void forceFolder() {
    try (FileChannel folder = FileChannel.open(target.folder(), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      // Ignored: the rename itself has succeeded.
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
