/**
 * Finds the nearest rows of an output, and rows that are nearly equal, by exact cosine. Start with
 * {@link dev.embedctl.search.OutputSearch}.
 */
package dev.embedctl.search;
