/**
 * The lane of lower price: what a run's input lacks is embedded by jobs at the provider, which last
 * for hours. A journal in the cache folder keeps their state between runs; start reading at {@link
 * dev.embedctl.jobs.AsyncLane}.
 */
package dev.embedctl.jobs;
