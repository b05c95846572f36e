/**
 * Compares an output with its input: {@link dev.embedctl.verify.OutputCheck} reads both in one
 * pass, {@link dev.embedctl.verify.DriftCheck} embeds a sample again.
 */
package dev.embedctl.verify;
