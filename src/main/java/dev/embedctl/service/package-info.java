/**
 * The flow as a library: texts in, vectors out, through the cache and with the checks, the pace and
 * the retries of the command line. Start with {@link dev.embedctl.service.EmbeddingService}.
 */
package dev.embedctl.service;
