/**
 * The command line: flags become objects, results become exit codes. The only room that touches
 * standard streams, the environment and the process. Start with {@link dev.embedctl.cli.Main}; what
 * was typed is {@link dev.embedctl.cli.BatchCommand}, what it means is {@link
 * dev.embedctl.cli.BatchPlan}, what is done is {@link dev.embedctl.cli.BatchRun}.
 */
package dev.embedctl.cli;
