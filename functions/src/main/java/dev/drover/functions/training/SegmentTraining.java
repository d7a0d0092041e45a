package dev.drover.functions.training;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.SegmentEntry;
import dev.drover.protocol.format.SegmentReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads a segment and puts its blocks, as often as it takes until a JVM knows how. */
final class SegmentTraining {
  private static final String KEY = "segment";
  private static final SnapshotId SNAPSHOT = new SnapshotId("snap-00000000000000000");

  private final ObjectStore objects;
  private final SnapshotBlocks blocks;

  SegmentTraining(ObjectStore objects, SnapshotBlocks blocks) {
    this.objects = objects;
    this.blocks = blocks;
  }

  void applyOne() {
    try (ObjectStore.Opened object = objects.open(KEY).orElseThrow();
        ExecutorService puts = Executors.newVirtualThreadPerTaskExecutor()) {
      SegmentReader segment = new SegmentReader(KEY, object.body(), object.lengthBytes());
      for (SegmentEntry entry : segment.entries()) {
        byte[] data = segment.nextBlock();
        puts.execute(() -> blocks.put(SNAPSHOT, entry.block(), entry.digest(), data));
      }
      segment.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
