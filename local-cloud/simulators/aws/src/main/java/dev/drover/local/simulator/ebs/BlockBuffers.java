package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.snapshot.Blocks;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers for the bodies of puts, used again and again: half a megabyte for each put would be a
 * humongous object of G1, and was seen to keep it collecting the old generation. There are never
 * more than there were puts at the same time.
 */
final class BlockBuffers {
  private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

  /** A buffer of a block's size, with any content. */
  byte[] take() {
    byte[] buffer = idle.poll();
    return buffer == null ? new byte[Blocks.BLOCK_BYTES] : buffer;
  }

  void giveBack(byte[] buffer) {
    idle.add(buffer);
  }
}
