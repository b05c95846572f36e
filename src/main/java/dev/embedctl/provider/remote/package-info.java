/**
 * Providers on the network: calls over HTTP, proxies, and what a run learns of a server. Start with
 * {@link dev.embedctl.provider.remote.RemoteProvider}. What differs between APIs is in {@code api},
 * what failed replies mean in {@code errors}.
 */
package dev.embedctl.provider.remote;
