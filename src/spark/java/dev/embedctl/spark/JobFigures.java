package dev.embedctl.spark;

/**
 * What a run has paid for. Calls and tokens are counted in the rows of the cache table, so that a
 * task that ran twice counts once; retries and waits come from accumulators, since no money depends
 * on them.
 *
 * @param distinct the distinct texts that were not in the cache
 * @param embedded the distinct texts whose vectors were paid for
 * @param failedTexts the distinct texts that failed at the provider
 * @param invalidRows the rows without a text that can be embedded
 * @param calls the calls that were sent
 * @param tokens the tokens that were charged
 * @param retries the calls that repeated a request
 * @param rateLimited the calls that were refused because of the rate
 * @param rounds the jobs that added to the cache table
 */
public record JobFigures(
    long distinct,
    long embedded,
    long failedTexts,
    long invalidRows,
    long calls,
    long tokens,
    long retries,
    long rateLimited,
    int rounds) {}
