/**
 * The process: streams, environment, signals, exit codes, the user's folders. Start with {@link
 * dev.embedctl.cli.console.Console}.
 */
package dev.embedctl.cli.console;
