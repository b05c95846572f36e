package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The properties of a model's file that are needed before it is loaded.
 *
 * @param sha256 of its bytes, in hexadecimal digits
 * @param arithmetic how the model computes
 */
record ModelFile(String sha256, Arithmetic arithmetic) {

  /** How a model computes. */
  enum Arithmetic {
    /** The vector of a text does not depend on the other texts of its run. */
    FLOAT32,
    /**
     * Activations are rounded with one scale for each run, so the vector of a text depends on the
     * other texts of its run, on the runtime's version and on the processor's instructions.
     * Therefore each text is run alone.
     */
    DYNAMIC_INT8
  }

  private static final List<byte[]> INT8_OPERATORS =
      List.of(
          "DynamicQuantize".getBytes(StandardCharsets.US_ASCII), // Linear, MatMul, LSTM
          "MatMulInteger".getBytes(StandardCharsets.US_ASCII));
  private static final String HASH_SUFFIX = ".sha256";
  private static final int BLOCK = 1 << 20;
  private static final int OVERLAP = 32;

  /**
   * Reads a file and the files beside it that contain its weights (such as {@code
   * model.onnx_data}), since equal graphs with different weights are different models. In an
   * installed folder the hash is read from {@code model.onnx.sha256}, since hashing a hundred
   * megabytes would take most of a short run.
   *
   * @throws Usage if it cannot be read
   */
  static ModelFile of(Path file, ModelOrigin origin) {
    try {
      return switch (origin) {
        case INSTALLED -> storedHash(file.resolveSibling(file.getFileName() + HASH_SUFFIX));
        case USERS_OWN -> read(file);
      };
    } catch (IOException e) {
      throw new Usage("the model's file " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static ModelFile storedHash(Path file) throws IOException {
    List<String> words = List.of(Files.readString(file).strip().split("\\s+", 3));
    if (words.size() != 2
        || !words.get(0).matches("[0-9a-f]{64}")
        || !words.get(1).equals("fp32")) {
      throw new IOException(file + " contains no hash");
    }
    return new ModelFile(words.get(0), Arithmetic.FLOAT32);
  }

  /** The hash of a small file. */
  static String sha256(Path file) {
    try {
      return sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new Usage("the model's file " + file + " cannot be read: " + e.getMessage());
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static ModelFile read(Path file) throws IOException {
    MessageDigest digest = digest();
    Arithmetic arithmetic = addTo(digest, file);
    for (Path other : weightsBeside(file)) {
      addTo(digest, other);
    }
    return new ModelFile(HexFormat.of().formatHex(digest.digest()), arithmetic);
  }

  /**
   * The size of the file and its weights.
   *
   * @throws Usage if it cannot be read
   */
  static long bytes(Path file) {
    try {
      long bytes = Files.size(file);
      for (Path weights : weightsBeside(file)) {
        bytes += Files.size(weights);
      }
      return bytes;
    } catch (IOException e) {
      throw new Usage("the model's file " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static List<Path> weightsBeside(Path file) throws IOException {
    String name = file.getFileName().toString();
    try (Stream<Path> beside = Files.list(file.toAbsolutePath().getParent())) {
      return beside
          .filter(other -> other.getFileName().toString().startsWith(name))
          .filter(other -> !other.getFileName().toString().equals(name))
          .filter(other -> !other.getFileName().toString().equals(name + HASH_SUFFIX))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static Arithmetic addTo(MessageDigest digest, Path file) throws IOException {
    Arithmetic arithmetic = Arithmetic.FLOAT32;
    // Blocks overlap, so that an operator's name across two blocks is found.
    byte[] block = new byte[OVERLAP + BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.readNBytes(block, OVERLAP, BLOCK);
          read > 0;
          read = in.readNBytes(block, OVERLAP, BLOCK)) {
        digest.update(block, OVERLAP, read);
        if (INT8_OPERATORS.stream().anyMatch(name -> contains(block, name))) {
          arithmetic = Arithmetic.DYNAMIC_INT8;
        }
        System.arraycopy(block, read, block, 0, OVERLAP);
      }
    }
    return arithmetic;
  }

  private static boolean contains(byte[] block, byte[] name) {
    for (int i = 0; i + name.length <= block.length; i++) {
      if (block[i] == name[0] && Arrays.equals(block, i, i + name.length, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
