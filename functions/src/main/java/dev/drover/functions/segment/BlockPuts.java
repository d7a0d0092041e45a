package dev.drover.functions.segment;

import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.SegmentEntry;
import dev.drover.protocol.format.SegmentReader;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a segment's blocks into a snapshot, several at a time, while the segment is still being
 * read. It holds at most as many blocks of 512 KiB as puts run at a time.
 */
final class BlockPuts {
  private static final int PARALLEL_PUTS = 8;

  private final SnapshotBlocks blocks;
  private final Pace pace;

  /**
   * Over an account.
   *
   * @param pace of its puts, of which EBS takes so many a second
   */
  BlockPuts(SnapshotBlocks blocks, Pace pace) {
    this.blocks = blocks;
    this.pace = pace;
  }

  /**
   * Puts the blocks that it carries and that are wanted, or throws the first failure after the puts
   * that had begun have ended: of reading ({@code FormatException}, {@link IOException}) or of
   * putting ({@link TransientException}, {@code SnapshotNotWritableException}).
   *
   * @param wanted asked of each block, once
   * @param outOfTime asked before each block; yes ends it as a {@link TransientException}
   */
  void put(
      SnapshotId snapshotId,
      SegmentReader segment,
      Predicate<SegmentEntry> wanted,
      BooleanSupplier outOfTime)
      throws IOException {
    Semaphore free = new Semaphore(PARALLEL_PUTS);
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    try (ExecutorService puts = Executors.newVirtualThreadPerTaskExecutor()) {
      for (SegmentEntry entry : segment.carried()) {
        free.acquire();
        if (failure.get() != null) {
          break;
        }
        if (outOfTime.getAsBoolean()) {
          throw new TransientException("the time did not suffice for all blocks of the segment");
        }
        byte[] data = segment.nextBlock();
        if (wanted.test(entry)) {
          pace.await();
          puts.execute(() -> put(snapshotId, entry, data, failure, free));
        } else {
          free.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("interrupted while blocks were put", e);
    }
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private void put(
      SnapshotId snapshotId,
      SegmentEntry entry,
      byte[] data,
      AtomicReference<@Nullable RuntimeException> failure,
      Semaphore free) {
    try {
      blocks.put(snapshotId, entry.block(), entry.digest(), data);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      free.release();
    }
  }
}
