/**
 * The APIs, with one wire format for each. Start with {@link
 * dev.embedctl.provider.remote.api.WireFormat}; a new API implements it, and needs a name in {@link
 * dev.embedctl.provider.catalog.Wire}, an entry in {@code catalog.json} and a contract test.
 */
package dev.embedctl.provider.remote.api;
