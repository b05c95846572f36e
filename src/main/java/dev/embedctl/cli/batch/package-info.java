/**
 * {@code embedctl batch}. What was typed is {@link dev.embedctl.cli.batch.BatchCommand}, what it
 * means is {@link dev.embedctl.cli.batch.BatchPlan}, what is done is {@link
 * dev.embedctl.cli.batch.BatchRun}.
 */
package dev.embedctl.cli.batch;
