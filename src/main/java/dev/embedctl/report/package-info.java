/**
 * Metrics, events, progress text and the report page. It only listens: nothing in the flow depends
 * on it. Start with {@link dev.embedctl.report.RunMetrics}.
 */
package dev.embedctl.report;
