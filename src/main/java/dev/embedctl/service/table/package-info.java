/** Copies vectors between a cache and a cache table, the Parquet files that a cluster reads. */
package dev.embedctl.service.table;
