package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Makes the keys of one spec: SHA-256 over a format version and the spec's fields, each with its
 * length before it so that no two specs run together, then the text's UTF-8 bytes.
 *
 * <p>Not safe for many threads at once.
 */
public final class CacheKeys {
  private static final String FORMAT = "embedctl-key-1";

  private final MessageDigest specDigest;

  public CacheKeys(EmbeddingSpec spec) {
    this.specDigest = digestOf(spec);
  }

  /** The key of a text. */
  public CacheKey keyOf(String text) {
    try {
      MessageDigest started = (MessageDigest) specDigest.clone();
      return CacheKey.ofBytes(started.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this JDK cannot be cloned", e);
    }
  }

  /** The hash that names a spec: 64 hexadecimal digits. */
  public static String nameOf(EmbeddingSpec spec) {
    return CacheKey.ofBytes(digestOf(spec).digest()).hex();
  }

  private static MessageDigest digestOf(EmbeddingSpec spec) {
    MessageDigest digest = sha256();
    add(digest, FORMAT);
    add(digest, spec.provider());
    add(digest, spec.endpoint());
    add(digest, spec.model());
    add(digest, spec.dimensions().isPresent() ? "" + spec.dimensions().getAsInt() : "");
    add(digest, spec.inputType().map(InputType::name).orElse(""));
    add(digest, spec.oversize().name());
    add(digest, spec.revision());
    return digest;
  }

  private static void add(MessageDigest digest, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
