package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;

/** A service account of Google Cloud with a key of its own, and how its issuer checks a JWT. */
public final class ServiceAccount {
  public static final String EMAIL = "embedder@our-project.iam.gserviceaccount.com";
  public static final String KEY_ID = "0123456789abcdef";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KeyPair keys;

  public ServiceAccount() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      this.keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Its key as the PEM block of a key file. */
  public String pem() {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(keys.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /** Writes its key file, for tokens of this issuer. */
  public Path writeKeyFile(Path file, String tokenUri) throws IOException {
    return Files.writeString(
        file,
        JSON.writeValueAsString(
            Map.of(
                "type",
                "service_account",
                "project_id",
                "our-project",
                "private_key_id",
                KEY_ID,
                "private_key",
                pem(),
                "client_email",
                EMAIL,
                "token_uri",
                tokenUri)));
  }

  /** The header of a JWT. */
  public static JsonNode header(String jwt) throws IOException {
    return part(jwt, 0);
  }

  /**
   * The claims of a JWT, if this account signed it.
   *
   * @throws AssertionError if it did not
   */
  public JsonNode claims(String jwt) throws IOException {
    int dot = jwt.lastIndexOf('.');
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(keys.getPublic());
      signature.update(jwt.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
      if (!signature.verify(Base64.getUrlDecoder().decode(jwt.substring(dot + 1)))) {
        throw new AssertionError("another key signed it");
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    return part(jwt, 1);
  }

  private static JsonNode part(String jwt, int part) throws IOException {
    return JSON.readTree(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[part]));
  }
}
