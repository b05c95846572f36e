/**
 * The format of a cache table: the vectors of a cache as a folder of Parquet files, which a cluster
 * reads and writes. Only names, checksums and descriptions are here, so that whoever has a Parquet
 * reader of its own can use them.
 *
 * <pre>
 * TABLE/spec=64 hexadecimal digits/_spec.json      what the vectors depend on beside the text
 * TABLE/spec=64 hexadecimal digits/*.parquet       key binary, vector list of float, checksum int32
 * </pre>
 *
 * <p>Files are only added, so a key may be in several rows; all of them contain a valid vector of
 * its text, and any may be used. A row whose checksum is wrong counts as absent. Names that begin
 * with {@code _} or {@code .} are not data.
 */
package dev.embedctl.cache.table;
