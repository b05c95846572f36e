package dev.embedctl.provider.download;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.remote.Downloads;
import dev.embedctl.provider.remote.Downloads.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Downloads files. What an earlier attempt left is continued, and only a file with the expected
 * checksum gets its name.
 */
final class FileDownload {
  private static final int BLOCK = 1 << 16;

  private final Downloads calls;
  private final DownloadListener listener;

  FileDownload(Downloads calls, DownloadListener listener) {
    this.calls = calls;
    this.listener = listener;
  }

  /** The name of the incomplete file; other content of the same file has another one. */
  static Path partOf(Path file, RemoteFile remote) {
    return file.resolveSibling(file.getFileName() + "." + remote.checksum().beginning() + ".part");
  }

  /**
   * Downloads a file; one that is there and right stays as it is.
   *
   * @throws RunFailed if the server does not send it whole and right
   * @throws IOException if it cannot be written
   */
  void fetch(RemoteFile remote, Path file) throws IOException, InterruptedException {
    if (Files.exists(file) && remote.checksum().matches(file)) {
      listener.received(remote.bytes());
      return;
    }
    Files.createDirectories(file.getParent());
    Path part = partOf(file, remote);
    long before = Files.exists(part) ? Files.size(part) : 0;
    if (before == 0 || before > remote.bytes()) {
      receive(remote, part, Map.of(), 0);
    } else if (before < remote.bytes()) {
      receive(remote, part, Map.of("Range", "bytes=" + before + "-"), before);
    }
    String found = remote.checksum().of(part);
    if (!found.equals(remote.checksum().hex())) {
      Files.delete(part);
      throw new RunFailed(
          remote.address()
              + ": the file's "
              + remote.checksum().name()
              + " is "
              + found
              + ", but must be "
              + remote.checksum().hex()
              + ": it is another file, or was changed on the way; it is not used");
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private void receive(RemoteFile remote, Path part, Map<String, String> headers, long before)
      throws IOException, InterruptedException {
    try (Received reply = calls.get(remote.address(), headers, remote.authorization())) {
      if (reply.status() == 200) {
        copy(remote, reply, part, 0, StandardOpenOption.TRUNCATE_EXISTING);
      } else if (reply.status() == 206 && beginsAt(before, reply)) {
        listener.received(before);
        copy(remote, reply, part, before, StandardOpenOption.APPEND);
      } else if (before > 0 && (reply.status() == 206 || reply.status() == 416)) {
        receive(remote, part, Map.of(), 0); // the server cannot continue it
      } else {
        throw reply.failure(Statuses.meaning(reply));
      }
    }
  }

  private static boolean beginsAt(long position, Received reply) {
    return reply
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + position + "-"))
        .isPresent();
  }

  private void copy(RemoteFile remote, Received reply, Path part, long before, OpenOption beginning)
      throws IOException {
    long bytes = before;
    byte[] block = new byte[BLOCK];
    try (OutputStream out =
        Files.newOutputStream(
            part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, beginning)) {
      for (int read = read(reply, block, bytes, remote);
          read >= 0;
          read = read(reply, block, bytes, remote)) {
        bytes += read;
        if (bytes > remote.bytes()) {
          throw reply.failure(
              "the file is larger than the " + remote.bytes() + " bytes that it must have");
        }
        out.write(block, 0, read);
        listener.received(read);
      }
    }
    if (bytes < remote.bytes()) {
      throw incomplete(reply, bytes, remote, "the reply ended");
    }
  }

  private static int read(Received reply, byte[] block, long before, RemoteFile remote) {
    try {
      return reply.body().read(block);
    } catch (IOException e) {
      throw incomplete(reply, before, remote, String.valueOf(e.getMessage()));
    }
  }

  private static RunFailed incomplete(
      Received reply, long bytes, RemoteFile remote, String reason) {
    return reply.failure(
        "only "
            + bytes
            + " of "
            + remote.bytes()
            + " bytes came ("
            + reason
            + "); the same command continues the download");
  }
}
