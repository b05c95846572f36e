/**
 * The commands {@code embedctl batch} and {@code embed}. {@link
 * dev.embedctl.cli.batch.BatchCommand} holds the options, {@link dev.embedctl.cli.batch.BatchPlan}
 * the checked values, and {@link dev.embedctl.cli.batch.BatchRun} executes them.
 */
package dev.embedctl.cli.batch;
