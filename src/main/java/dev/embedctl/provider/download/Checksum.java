package dev.embedctl.provider.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The expected checksum of a file.
 *
 * @param hex in lower case
 */
record Checksum(Kind kind, String hex) {
  private static final int BLOCK = 1 << 20;

  /** What the checksum is computed of. */
  enum Kind {
    SHA256("SHA-256"),
    /** As Git names a file's content: SHA-1 of the file's size and its bytes. */
    GIT_BLOB("SHA-1");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  Checksum {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(hex);
  }

  boolean matches(Path file) throws IOException {
    return of(file).equals(hex);
  }

  /** The checksum that a file has. */
  String of(Path file) throws IOException {
    MessageDigest digest = digest();
    if (kind == Kind.GIT_BLOB) {
      digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Part of it, for names of files. */
  String beginning() {
    return hex.substring(0, Math.min(8, hex.length()));
  }

  /** What it is called in messages. */
  String name() {
    return switch (kind) {
      case SHA256 -> "SHA-256";
      case GIT_BLOB -> "Git checksum";
    };
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(kind.algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + kind.algorithm, e);
    }
  }
}
