/**
 * The command line: turns options into objects and results into exit codes. Only this package and
 * those below it use the standard streams, the environment and the process. Start with {@link
 * dev.embedctl.cli.Main}; the main command is in {@code batch}.
 */
package dev.embedctl.cli;
