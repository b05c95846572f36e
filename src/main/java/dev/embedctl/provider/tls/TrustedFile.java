package dev.embedctl.provider.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates in a file, and the option or variable that names it. */
record TrustedFile(PemFile file, List<X509Certificate> certificates) {
  TrustedFile {
    certificates = List.copyOf(certificates);
  }

  static TrustedFile read(PemFile file) {
    return new TrustedFile(file, file.certificates());
  }
}
