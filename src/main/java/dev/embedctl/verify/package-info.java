/**
 * Holds an output against its input: {@link dev.embedctl.verify.OutputCheck} goes through both at
 * once, {@link dev.embedctl.verify.DriftCheck} asks the model again for a sample.
 */
package dev.embedctl.verify;
