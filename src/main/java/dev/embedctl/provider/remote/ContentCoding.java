package dev.embedctl.provider.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Decompresses bodies that a server or gateway compressed although it was not requested. */
final class ContentCoding {
  private ContentCoding() {}

  /**
   * The decompressed body.
   *
   * @param most the greatest number of bytes
   */
  static byte[] unpacked(HttpHeaders headers, byte[] body, long most) {
    String coding =
        headers.firstValue("content-encoding").orElse("").strip().toLowerCase(Locale.ROOT);
    try {
      return switch (coding) {
        case "", "identity" -> isGzip(body) ? whole(new GZIPInputStream(in(body)), most) : body;
        case "gzip", "x-gzip" ->
            body.length == 0 || !isGzip(body) ? body : whole(new GZIPInputStream(in(body)), most);
        case "deflate" -> whole(new InflaterInputStream(in(body), inflater(body)), most);
        default ->
            throw new UnfitBody(
                "the reply is compressed with an unsupported method: " + bounded(coding));
      };
    } catch (UnfitBody e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(new UnfitBody("the reply cannot be decompressed", e));
    } catch (OutOfMemoryError e) {
      throw new UncheckedIOException(new UnfitBody("there is not enough memory for the reply", e));
    }
  }

  private static InputStream in(byte[] body) {
    return new ByteArrayInputStream(body);
  }

  private static boolean isGzip(byte[] body) {
    return body.length > 2 && body[0] == 0x1F && body[1] == (byte) 0x8B;
  }

  /** For data with zlib's header, as in the standard, or without, as some servers send it. */
  private static Inflater inflater(byte[] body) {
    boolean zlib =
        body.length > 1 && (body[0] & 0x0F) == 8 && ((body[0] << 8) | (body[1] & 0xFF)) % 31 == 0;
    return new Inflater(!zlib);
  }

  private static byte[] whole(InputStream packed, long most) throws IOException {
    try (packed) {
      byte[] body = packed.readNBytes((int) Math.min(most, Integer.MAX_VALUE));
      if (packed.read() >= 0) {
        throw new UnfitBody("the reply is longer than " + most + " bytes when it is decompressed");
      }
      return body;
    }
  }

  private static String bounded(String coding) {
    return coding.length() > 20 ? coding.substring(0, 20) + "…" : coding;
  }
}
