package dev.embedctl.cli.startup;

import dev.embedctl.cli.console.Console;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The file that lets the JVM start faster: an AOT cache, or a class-data archive before JDK 25. Its
 * path depends on JDK, installation and the jar's checksum, and its time is the jar's. The launcher
 * uses no other cache: an older JVM would reject it and start more slowly than without one, and JDK
 * 25 would run the classes of the other jar.
 */
final class StartupCache {
  /** The option with which a process runs the rehearsal. */
  static final String REHEARSE = "--rehearse";

  /**
   * The variable that makes the launcher use its usual flags and let the JVM write the cache to
   * this path.
   */
  private static final String TRAIN_TO = "EMBEDCTL_TRAIN_TO";

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** Older temporary folders were left by killed processes. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private static final String LOG = "log";
  private static final String MAKING = "making-";
  private static final Pattern MAKING_NAME = Pattern.compile(MAKING + "(\\d{1,18})-.*");

  private final Path file;
  private final Path home;

  /**
   * A cache in a file.
   *
   * @param home the installation to which it belongs
   */
  StartupCache(Path file, Path home) {
    this.file = file.toAbsolutePath();
    this.home = home;
  }

  static RunFailed noPlace() {
    return new RunFailed(
        "no folder for the start-up cache; run bin/embedctl with HOME or XDG_CACHE_HOME set");
  }

  /**
   * Creates the cache again, and gives it its name when it is complete, so that other processes
   * never see an incomplete one.
   *
   * @return what the rehearsal left out
   * @throws RunFailed if it cannot be created
   */
  List<String> make() throws InterruptedException {
    try {
      Files.createDirectories(file.getParent(), ownerOnly());
      Path folder =
          Files.createTempDirectory(file.getParent(), MAKING + ProcessHandle.current().pid() + "-");
      try {
        publish(train(folder));
        deleteAbandoned();
        return messages(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailed("the start-up cache " + file + " cannot be written: " + e, e);
    }
  }

  /** Access for the user only, since anyone who can write the cache can run code as this user. */
  private FileAttribute<?>[] ownerOnly() {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  private boolean isPosix() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private Path train(Path folder) throws IOException, InterruptedException {
    Path made = folder.resolve("made");
    Path log = folder.resolve(LOG);
    try (RehearsalServer server = new RehearsalServer()) {
      ProcessBuilder training =
          new ProcessBuilder(
                  home.resolve("bin/embedctl").toString(),
                  "warmup",
                  REHEARSE + "=" + server.baseUrl())
              .directory(folder.toFile())
              .redirectInput(Redirect.PIPE)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      training.environment().put(TRAIN_TO, made.toString());
      Process process = training.start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
          throw new RunFailed(
              "the start-up cache was not created within " + TIMEOUT.toMinutes() + " minutes");
        }
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0 || !Files.isRegularFile(made)) {
        throw new RunFailed("the start-up cache could not be created: " + lastLine(log));
      }
    }
    return made;
  }

  private static List<String> messages(Path folder) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve(LOG))) {
      return lines
          .filter(line -> line.startsWith(Console.PREFIX))
          .map(line -> line.substring(Console.PREFIX.length()))
          .toList();
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readString(log).lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "the JVM wrote no message" : lines.getLast();
  }

  private void publish(Path made) throws IOException {
    if (isPosix()) { // the JVM creates the file with the permissions of the process's umask
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    }
    Files.setLastModifiedTime(
        made, Files.getLastModifiedTime(home.resolve("lib").resolve("embedctl.jar")));
    try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes caches of replaced JDKs, and leftovers of killed processes. */
  private void deleteAbandoned() throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (Stream<Path> beside = Files.list(file.getParent())) {
      for (Path other : beside.filter(path -> !path.equals(file)).toList()) {
        if (Files.getLastModifiedTime(other).toInstant().isBefore(limit) || isOfTheDead(other)) {
          delete(other);
        }
      }
    }
  }

  /** Whether the folder belongs to a process that has ended. */
  private static boolean isOfTheDead(Path folder) {
    Matcher name = MAKING_NAME.matcher(folder.getFileName().toString());
    return name.matches()
        && !ProcessHandle.of(Long.parseLong(name.group(1)))
            .map(ProcessHandle::isAlive)
            .orElse(false);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
