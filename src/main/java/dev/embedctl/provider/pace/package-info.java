/**
 * Decides when a provider may be called, and for how many tokens. Limits are set by the user,
 * reported by the provider's headers, or learned from its refusals. Where a run has several
 * servers, each has a pace, and the next call goes to the one that may get it first. Start with
 * {@link dev.embedctl.provider.pace.PacedProvider}; the arithmetic is {@link
 * dev.embedctl.provider.pace.Pace}.
 */
package dev.embedctl.provider.pace;
