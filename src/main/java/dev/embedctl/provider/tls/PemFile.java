package dev.embedctl.provider.tls;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A file in PEM that an option or an environment variable names; each error contains its name. */
final class PemFile {
  private static final int LONGEST = 16 << 20;
  private static final int DER_SEQUENCE = 0x30;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN (?<label>[A-Z0-9 ]+)-----(?<body>.*?)-----END", Pattern.DOTALL);

  private static final Pattern CERTIFICATE = Pattern.compile("(?:X509 |TRUSTED )?CERTIFICATE");

  private final String name;
  private final String remedy;
  private final Path path;

  private PemFile(String name, String remedy, String path) {
    this.name = name;
    this.remedy = remedy;
    try {
      this.path = Path.of(path);
    } catch (InvalidPathException e) {
      throw error("is not the name of a file");
    }
  }

  /** The file that an option names. */
  static PemFile of(Parameter option, String path) {
    return new PemFile(option + " " + path, "name another file", path);
  }

  /** The file that an environment variable names. */
  static PemFile of(String variable, String path) {
    return new PemFile(variable + "=" + path, "set " + variable + " to another file", path);
  }

  /** One block of the file: the word in its first line, and its content in base64. */
  record Block(String label, String body) {
    byte[] decoded() {
      return Base64.getMimeDecoder().decode(body);
    }
  }

  /** The option or variable, and the file. */
  @Override
  public String toString() {
    return name;
  }

  /** An error of this file. */
  Usage error(String what) {
    return new Usage(name + ": " + what + "; " + remedy);
  }

  /**
   * The blocks of the file, in order.
   *
   * @throws Usage if the file cannot be read or has no blocks
   */
  Stream<Block> blocks() {
    byte[] bytes = bytes();
    List<Block> blocks =
        BLOCK
            .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
            .results()
            .map(found -> new Block(found.group(1), found.group(2)))
            .toList();
    if (blocks.isEmpty() && bytes.length > 0 && bytes[0] == DER_SEQUENCE) {
      throw error("is in binary form (DER or PKCS#12) and not in PEM; convert it with openssl");
    }
    return blocks.stream();
  }

  private byte[] bytes() {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(LONGEST);
      if (bytes.length == LONGEST) {
        throw error("has 16 MiB or more, and is not a file in PEM");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw error("there is no such file");
    } catch (IOException e) {
      throw error(
          Files.isDirectory(path) ? "is a folder" : "cannot be read (" + e.getMessage() + ")");
    }
  }

  /**
   * The certificates in the file, at least one.
   *
   * @throws Usage if the file cannot be read, or contains none or an incomplete one
   */
  List<X509Certificate> certificates() {
    List<Block> blocks =
        blocks().filter(block -> CERTIFICATE.matcher(block.label()).matches()).toList();
    if (blocks.isEmpty()) {
      throw error("contains no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(block.decoded())));
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw error(
          "certificate " + (certificates.size() + 1) + " of " + blocks.size() + " is damaged");
    }
    return certificates;
  }
}
