package dev.embedctl.report;

/** The time to get a text's vector, in milliseconds: mean, percentiles and maximum. */
public record Latency(double mean, double p50, double p90, double p99, double max) {}
