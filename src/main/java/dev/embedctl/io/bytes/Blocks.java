package dev.embedctl.io.bytes;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Blocks to use again: clearing a megabyte costs as much as copying one. Safe for many threads. */
public final class Blocks {
  /** A block that one odd line made larger than this is not kept. */
  private static final int KEPT_BYTES = 16 << 20;

  private final Queue<Block> free = new ConcurrentLinkedQueue<>();

  /** An empty block. */
  public Block take() {
    return Optional.ofNullable(free.poll()).orElseGet(Block::new);
  }

  /** Takes back a block whose bytes are wanted no more. */
  public void giveBack(Block block) {
    if (block.capacity() <= KEPT_BYTES) {
      block.clear();
      free.add(block);
    }
  }
}
