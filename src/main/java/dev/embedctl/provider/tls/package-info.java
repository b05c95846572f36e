/**
 * TLS to servers: which certificates are trusted, the client's own, and explanations if one is
 * rejected. Start with {@link dev.embedctl.provider.tls.Certificates}.
 */
package dev.embedctl.provider.tls;
