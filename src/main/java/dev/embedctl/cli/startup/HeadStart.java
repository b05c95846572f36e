package dev.embedctl.cli.startup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.embedctl.cache.CaffeineCache;
import dev.embedctl.cache.NoCache;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.io.bytes.ShortestFloat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Loads the libraries of a run on a second thread while the options are read: each is used once, so
 * that the JVM has its classes when the run comes to it.
 */
public final class HeadStart implements Runnable {
  private HeadStart() {}

  /** Begins if the command needs these libraries. */
  public static void beginFor(String... args) {
    if (args.length > 0 && (args[0].equals("batch") || args[0].equals("embed"))) {
      Thread.ofPlatform().daemon().name("head-start").start(new HeadStart());
    }
  }

  @Override
  public void run() {
    try {
      useJson();
      Signals.handler(this);
      new Histogram(2).recordValue(1);
      MessageDigest.getInstance("SHA-256").digest();
      new CaffeineCache(new NoCache(), CaffeineCache.USUAL_BYTES).close();
      String.format(Locale.ROOT, "%06d", 1);
      ShortestFloat.write(0.1f, new byte[ShortestFloat.MAX_BYTES], 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void useJson() throws IOException {
    JsonFactory json = new JsonFactory();
    byte[] object = "{\"text\":[1,0.5,true]}".getBytes(StandardCharsets.UTF_8);
    try (JsonParser parser = json.createParser(object);
        JsonGenerator generator = json.createGenerator(new ByteArrayOutputStream())) {
      while (parser.nextToken() != null) {
        generator.copyCurrentEvent(parser);
      }
    }
  }
}
