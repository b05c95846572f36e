/**
 * Options that are set in a file or in the environment instead of on the command line. Start
 * reading at {@link dev.embedctl.cli.config.ConfiguredRun}.
 */
package dev.embedctl.cli.config;
