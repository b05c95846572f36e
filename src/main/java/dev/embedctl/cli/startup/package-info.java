/**
 * The start-up cache: {@code embedctl warmup} runs the most frequent commands once and lets the JVM
 * record what they need. Start with {@link dev.embedctl.cli.startup.WarmupCommand}.
 */
package dev.embedctl.cli.startup;
