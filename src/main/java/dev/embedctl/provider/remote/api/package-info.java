/**
 * The APIs: one wire format each. Start with {@link dev.embedctl.provider.remote.api.WireFormat}; a
 * new API implements it, and has its name in {@link dev.embedctl.provider.catalog.Wire}, an entry
 * in {@code catalog.json} and its contract's suite.
 */
package dev.embedctl.provider.remote.api;
