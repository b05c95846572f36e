/**
 * Asks for vectors: over HTTP, one wire format an API, or from a model run in this process. Start
 * with {@link dev.embedctl.provider.EmbeddingProvider}.
 */
package dev.embedctl.provider;
