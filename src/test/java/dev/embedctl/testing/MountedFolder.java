package dev.embedctl.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small disk of its own in memory, which can really be full or read-only. Only a superuser who
 * may mount has one: for all others the test is skipped.
 */
public final class MountedFolder implements AutoCloseable {
  private final Path folder;

  private MountedFolder(Path folder) {
    this.folder = folder;
  }

  /** Mounts a disk of that many kilobytes on a folder, which is made. */
  public static MountedFolder at(Path folder, int kilobytes) throws IOException {
    Files.createDirectories(folder);
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", folder.toString());
    assumeTrue(mounted, "needs the right to mount");
    return new MountedFolder(folder);
  }

  public Path path() {
    return folder;
  }

  /** From now on nobody can write, not even the superuser. */
  public void makeReadOnly() {
    remount("ro");
  }

  /** Undoes {@link #makeReadOnly}. */
  public void makeWritable() {
    remount("rw");
  }

  private void remount(String how) {
    assumeTrue(run("mount", "-o", "remount," + how, folder.toString()), "needs to remount");
  }

  @Override
  public void close() {
    // Lazily: mappings of the cache's files live until they are collected.
    run("umount", "-l", folder.toString());
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .onExit()
              .join()
              .exitValue()
          == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }
}
