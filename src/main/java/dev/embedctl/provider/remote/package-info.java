/**
 * Providers on the network: calls over HTTP, proxies, and facts that a run learns about a server.
 * Start with {@link dev.embedctl.provider.remote.RemoteProvider}. The differences between APIs are
 * in {@code api}, the meanings of failed replies in {@code errors}.
 */
package dev.embedctl.provider.remote;
