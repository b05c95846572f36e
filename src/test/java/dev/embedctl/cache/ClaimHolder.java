package dev.embedctl.cache;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A process that claims the first texts of a cache, until its standard input ends. */
final class ClaimHolder {
  private ClaimHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (LogCache cache =
            LogCache.open(Path.of(arguments[0]), Samples.SPEC, Samples.AT_ONCE, Samples.SMALL);
        VectorCache.Claim claim = cache.claim(Samples.keys(0, Integer.parseInt(arguments[1])))) {
      System.out.println(claim.granted().size());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
