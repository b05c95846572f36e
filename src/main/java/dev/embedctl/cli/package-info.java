/**
 * The command line: flags become objects, results become exit codes. Together with the rooms below
 * it the only one that touches standard streams, the environment and the process. Start with {@link
 * dev.embedctl.cli.Main}; the main command is in {@code batch}.
 */
package dev.embedctl.cli;
