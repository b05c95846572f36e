/**
 * When a provider may be called, and for how much: a run's calls wait here for their turn, under
 * the limits that the user gives, the provider's headers tell, or its refusals teach. Start with
 * {@link dev.embedctl.provider.pace.PacedProvider}; the arithmetic is {@link
 * dev.embedctl.provider.pace.Pace}.
 */
package dev.embedctl.provider.pace;
