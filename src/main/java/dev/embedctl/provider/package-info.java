/**
 * Asks for vectors: over HTTP, one wire format an API, or from a model run in this process. Start
 * with {@link dev.embedctl.provider.EmbeddingProvider}; a new API is a constant in {@link
 * dev.embedctl.provider.Wire}, an entry in {@code catalog.json} and its contract's suite.
 */
package dev.embedctl.provider;
