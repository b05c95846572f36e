/**
 * TLS toward servers: which certificates are trusted, and why one is not. Start with {@link
 * dev.embedctl.provider.tls.TrustedCertificates}.
 */
package dev.embedctl.provider.tls;
