package dev.drover.local.simulator.snapshot;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** The set of a snapshot's written blocks: a mapped bitmap, changed without locks. */
final class WrittenBlocks {
  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment words;

  WrittenBlocks(MemorySegment words) {
    this.words = words;
  }

  static long fileBytes(int blockCount) {
    return Math.ceilDiv(blockCount, Long.SIZE) * (long) Long.BYTES;
  }

  boolean contains(int blockIndex) {
    return (word(blockIndex / Long.SIZE) & bit(blockIndex)) != 0;
  }

  void add(int blockIndex) {
    WORD.getAndBitwiseOr(words, wordOffset(blockIndex), bit(blockIndex));
  }

  void remove(int blockIndex) {
    WORD.getAndBitwiseAnd(words, wordOffset(blockIndex), ~bit(blockIndex));
  }

  int count() {
    int count = 0;
    for (int word = 0; word < wordCount(); word++) {
      count += Long.bitCount(word(word));
    }
    return count;
  }

  int wordCount() {
    return Math.toIntExact(words.byteSize() / Long.BYTES);
  }

  /** The bits of blocks {@code 64 * word} and the 63 that follow; no bits beyond the end. */
  long word(int word) {
    return word < wordCount() ? (long) WORD.getVolatile(words, (long) word * Long.BYTES) : 0;
  }

  private static long wordOffset(int blockIndex) {
    return (long) (blockIndex / Long.SIZE) * Long.BYTES;
  }

  private static long bit(int blockIndex) {
    return 1L << (blockIndex % Long.SIZE);
  }
}
