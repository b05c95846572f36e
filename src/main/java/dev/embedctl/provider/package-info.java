/**
 * Asks for vectors. This room holds the contract, {@link dev.embedctl.provider.EmbeddingProvider},
 * and what is put around one: checks and retries. The APIs are in {@code remote}, what is known of
 * them beforehand in {@code catalog}, the pace of calls in {@code pace}, models that run in this
 * process in {@code local}.
 */
package dev.embedctl.provider;
