package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Block;
import dev.embedctl.io.bytes.Blocks;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.Output;
import dev.embedctl.io.output.RecordSink.Rendered;

/**
 * The output of a text format. Lines are compressed by the thread that rendered them, and written
 * in order after the beginning of the output, for example a header row.
 */
final class TextOutput implements AutoCloseable {
  private final Output output;
  private final Compression compression;
  private final String beginning;
  private final Blocks blocks = new Blocks();
  private boolean begun;

  /** Writes to an output, and closes it. */
  TextOutput(Output output, Compression compression, String beginning) {
    this.output = output;
    this.compression = compression;
    this.beginning = beginning;
  }

  /** An empty block for lines. */
  Block take() {
    return blocks.take();
  }

  /** Converts the lines of a block to the bytes to write, and takes the block back. */
  Rendered rendered(Block lines) {
    Block packed = packed(lines);
    return () -> {
      if (!begun && !beginning.isEmpty()) {
        writeBeginning();
      }
      begun = true;
      packed.writeTo(output);
      blocks.giveBack(packed);
    };
  }

  private Block packed(Block lines) {
    return switch (compression) {
      case NONE -> lines;
      case GZIP, ZSTD -> {
        Block packed = blocks.take();
        compression.pack(lines, packed);
        blocks.giveBack(lines);
        yield packed;
      }
    };
  }

  private void writeBeginning() {
    Block lines = blocks.take();
    lines.put(beginning);
    packed(lines).writeTo(output);
  }

  void flush() {
    output.flush();
  }

  /** Completes the output. An output without records is a valid compressed file too. */
  void commit() {
    if (!begun) {
      writeBeginning();
    }
    output.commit();
  }

  @Override
  public void close() {
    output.close();
  }
}
