/**
 * Options that several commands share, and their meaning. Start with {@link
 * dev.embedctl.cli.options.ProviderOptions}, as typed, and {@link dev.embedctl.provider.Providers},
 * which opens the provider that they name.
 */
package dev.embedctl.cli.options;
