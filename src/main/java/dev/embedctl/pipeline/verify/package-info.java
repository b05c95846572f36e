/**
 * Holds an output against its input: {@link dev.embedctl.pipeline.verify.OutputCheck} goes through
 * both at once, {@link dev.embedctl.pipeline.verify.DriftCheck} asks the model again for a sample.
 */
package dev.embedctl.pipeline.verify;
