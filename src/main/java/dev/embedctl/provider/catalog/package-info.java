/**
 * What is known about providers and models before the first call: addresses, limits, prices. Start
 * with {@link dev.embedctl.provider.catalog.ProviderCatalog}, which reads {@code catalog.json}.
 */
package dev.embedctl.provider.catalog;
