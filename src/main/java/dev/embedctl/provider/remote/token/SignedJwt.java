package dev.embedctl.provider.remote.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON Web Tokens that are signed with RSA and SHA-256 ({@code RS256} in RFC 7515 and 7518). */
final class SignedJwt {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]++)-----END PRIVATE KEY-----");

  private SignedJwt() {}

  /** The token: header, claims and signature in base64url, with dots between them. */
  static String of(String header, String claims, PrivateKey key) {
    String signed = base64(bytes(header)) + "." + base64(bytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(bytes(signed));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with RSA and SHA-256", e);
    }
  }

  /**
   * The RSA key in a PEM block of the kind {@code PRIVATE KEY} (PKCS #8).
   *
   * @throws GeneralSecurityException if there is none; the message does not repeat the text
   */
  static PrivateKey key(String pem) throws GeneralSecurityException {
    Matcher block = PEM.matcher(pem);
    if (!block.find()) {
      throw new GeneralSecurityException("it has no PEM block of the kind PRIVATE KEY");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(1));
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new GeneralSecurityException("its PEM block is damaged, or is not an RSA key");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
