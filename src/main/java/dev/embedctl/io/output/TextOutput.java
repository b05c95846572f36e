package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Block;
import dev.embedctl.io.bytes.Blocks;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.Output;
import dev.embedctl.io.output.RecordSink.Rendered;

/**
 * Where a text format's lines go: they are compressed by the thread that rendered them, and written
 * in order, behind the text that the output begins with.
 */
final class TextOutput implements AutoCloseable {
  private final Output output;
  private final Compression compression;
  private final String beginning;
  private final Blocks blocks = new Blocks();
  private boolean begun;

  /** Writes to this output, and closes it. */
  TextOutput(Output output, Compression compression, String beginning) {
    this.output = output;
    this.compression = compression;
    this.beginning = beginning;
  }

  /** An empty block to put lines into. */
  Block take() {
    return blocks.take();
  }

  /** Takes a block back with its lines, as they will be written. */
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

  /** Makes the output whole; one of no records is a compressed file all the same. */
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
