/**
 * Metrics, events, progress text and the report page. Nothing in the pipeline depends on it. Start
 * with {@link dev.embedctl.report.RunMetrics}.
 */
package dev.embedctl.report;
