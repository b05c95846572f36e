/**
 * What a run looked like: metrics and events. All of it listens; nothing in the flow knows it.
 * Start with {@link dev.embedctl.report.RunMetrics}.
 */
package dev.embedctl.report;
