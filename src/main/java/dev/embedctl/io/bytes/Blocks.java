package dev.embedctl.io.bytes;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A pool of blocks, since allocating a megabyte costs as much as copying one. Thread-safe. */
public final class Blocks {
  /** Larger blocks, caused by single long lines, are not kept. */
  private static final int KEPT_BYTES = 16 << 20;

  private final Queue<Block> free = new ConcurrentLinkedQueue<>();

  /** An empty block. */
  public Block take() {
    return Optional.ofNullable(free.poll()).orElseGet(Block::new);
  }

  /** Takes back a block that is no longer used. */
  public void giveBack(Block block) {
    if (block.capacity() <= KEPT_BYTES) {
      block.clear();
      free.add(block);
    }
  }
}
