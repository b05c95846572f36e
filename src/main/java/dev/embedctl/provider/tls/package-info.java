/**
 * TLS to servers: which certificates are trusted, and explanations if one is not. Start with {@link
 * dev.embedctl.provider.tls.TrustedCertificates}.
 */
package dev.embedctl.provider.tls;
