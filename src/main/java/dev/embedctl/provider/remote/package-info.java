/**
 * Providers on the network: HTTP, and one wire format an API. Start with {@link
 * dev.embedctl.provider.remote.RemoteProvider}; a new API is a {@link
 * dev.embedctl.provider.remote.WireFormat}, its name in {@link dev.embedctl.provider.catalog.Wire},
 * an entry in {@code catalog.json} and its contract's suite.
 */
package dev.embedctl.provider.remote;
