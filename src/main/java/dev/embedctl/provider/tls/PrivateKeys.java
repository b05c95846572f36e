package dev.embedctl.provider.tls;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * Reads private keys in PEM: PKCS#8, and the older forms PKCS#1 (RSA) and SEC1 (elliptic curves),
 * which lack the name of the algorithm; it is taken from the certificate.
 */
final class PrivateKeys {
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int LONG_FORM = 0x80;

  private PrivateKeys() {}

  /**
   * The private key in a file.
   *
   * @param counterpart the public key in the certificate
   * @throws Usage if there is none, or it is encrypted or does not belong to the certificate
   */
  static PrivateKey read(PemFile file, PublicKey counterpart) {
    PemFile.Block block =
        file.blocks()
            .filter(each -> each.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(
                () -> file.error("contains no private key in PEM (-----BEGIN PRIVATE KEY-----)"));
    if (block.label().startsWith("ENCRYPTED") || block.body().contains("ENCRYPTED")) {
      throw file.error(
          "the private key is encrypted, and embedctl does not ask for passwords; decrypt it with"
              + " `openssl pkey -in FILE -out OPEN_FILE` into a file that only you can read");
    }
    PrivateKey key = decoded(file, block, counterpart);
    if (!isPair(key, counterpart)) {
      throw notItsKey(file);
    }
    return key;
  }

  private static Usage notItsKey(PemFile file) {
    return file.error("the private key is damaged, or does not belong to the client certificate");
  }

  private static PrivateKey decoded(PemFile file, PemFile.Block block, PublicKey counterpart) {
    try {
      byte[] pkcs8 =
          switch (block.label()) {
            case "PRIVATE KEY" -> block.decoded();
            case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrapped(block.decoded(), counterpart);
            default ->
                throw file.error(
                    "a private key of the form " + block.label() + " cannot be used; PKCS#8 can");
          };
      return KeyFactory.getInstance(counterpart.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw notItsKey(file);
    }
  }

  /** The key in PKCS#8: a version, the algorithm, the key in its older form. */
  private static byte[] wrapped(byte[] key, PublicKey counterpart) {
    return element(
        SEQUENCE,
        element(INTEGER, new byte[1]),
        algorithm(counterpart.getEncoded()),
        element(OCTET_STRING, key));
  }

  /** The first element of an encoded public key, which names its algorithm. */
  private static byte[] algorithm(byte[] publicKey) {
    int begin = headerLength(publicKey, 0);
    int content = begin + headerLength(publicKey, begin);
    return Arrays.copyOfRange(publicKey, begin, content + contentLength(publicKey, begin));
  }

  private static int headerLength(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return first < LONG_FORM ? 2 : 2 + first - LONG_FORM;
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    if (first < LONG_FORM) {
      return first;
    }
    int length = 0;
    for (int i = at + 2; i < at + headerLength(der, at); i++) {
      length = (length << 8) | (der[i] & 0xFF);
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] each : contents) {
      content.writeBytes(each);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length < LONG_FORM) {
      element.write(length);
    } else {
      element.write(LONG_FORM + 2); // two bytes for the length: no key has 64 KiB
      element.write(length >> 8);
      element.write(length);
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  /** Whether what the private key signs is valid for the public key. */
  private static boolean isPair(PrivateKey key, PublicKey counterpart) {
    byte[] message = {1, 2, 3};
    try {
      Signature signature =
          Signature.getInstance(
              switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
              });
      signature.initSign(key);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(counterpart);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
