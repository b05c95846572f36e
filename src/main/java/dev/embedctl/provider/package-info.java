/**
 * Gets vectors from models. This room holds the contract, {@link
 * dev.embedctl.provider.EmbeddingProvider}, and the decorators for checks and retries. The APIs are
 * in {@code remote}, facts about them in {@code catalog}, the pace of calls in {@code pace}, models
 * that run in this process in {@code local}.
 */
package dev.embedctl.provider;
