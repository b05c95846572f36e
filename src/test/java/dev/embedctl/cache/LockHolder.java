package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheLock;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockTerms;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;

/** A process that holds a cache until its standard input ends. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException {
    LockTerms terms = new LockTerms("embedctl batch a.jsonl", Duration.ZERO, notice -> {});
    try (CacheLock lock =
        CacheLock.acquire(Path.of(arguments[0]), LockFile.Use.valueOf(arguments[1]), terms)) {
      System.out.println("held " + lock.getClass().getSimpleName());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
