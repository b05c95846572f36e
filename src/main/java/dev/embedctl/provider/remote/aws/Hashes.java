package dev.embedctl.provider.remote.aws;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hashes that AWS uses, by the JDK's own algorithms. */
final class Hashes {
  static final HexFormat HEX = HexFormat.of();

  private static final String HMAC = "HmacSHA256";

  private Hashes() {}

  static String hexOfSha256(byte[] bytes) {
    return hex("SHA-256", bytes);
  }

  static String hexOfSha1(String text) {
    return hex("SHA-1", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hex(String algorithm, byte[] bytes) {
    try {
      return HEX.formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  /** The keyed hash of a text. */
  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }
}
