package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import java.io.IOException;
import java.nio.file.Path;

/** Opens Parquet files. */
public final class ParquetFiles {
  private ParquetFiles() {}

  /**
   * Opens a file.
   *
   * @throws InvalidInput if it is not a complete Parquet file, or its compression is not supported
   */
  public static ParquetFileReader open(Path path, String name) throws IOException {
    ParquetFileReader file;
    try {
      file = ParquetFileReader.open(InputFile.of(path));
    } catch (IOException | RuntimeException e) {
      throw ParquetFailure.of(name + ": not a complete Parquet file: ", e);
    }
    boolean done = false;
    try {
      checkCompression(file, name);
      done = true;
      return file;
    } catch (EmbedctlException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ParquetFailure.of(name + ": not a complete Parquet file: ", e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private static void checkCompression(ParquetFileReader file, String name) {
    for (RowGroup rows : file.getFileMetaData().rowGroups()) {
      for (ColumnChunk column : rows.columns()) {
        CompressionCodec codec = column.metaData().codec();
        boolean read =
            switch (codec) {
              case UNCOMPRESSED, SNAPPY, GZIP, LZ4, LZ4_RAW, ZSTD -> true;
              case BROTLI, LZO -> false;
            };
        if (!read) {
          throw new InvalidInput(
              name
                  + ": its columns are compressed with "
                  + codec
                  + ", which is not supported; write it with snappy or zstd");
        }
      }
    }
  }
}
