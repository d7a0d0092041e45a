package dev.drover.connector.pipeline;

import dev.drover.connector.index.DigestIndex;
import dev.drover.connector.index.DigestIndexBuilder;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.stop.StoppedException;
import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectStore;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a disk: read → zero check → SHA-256 → as in the base? → zstd → segment → put.
 *
 * <p>Each worker has one extent in hand and takes it all the way, so that nothing queues between
 * the steps and memory is that of the workers. An extent that is durable already is read and
 * digested all the same, because the whole-disk digest is over what was read.
 */
public final class DiskPass {
  /** How often a source is asked that reads as many disks as it bears. */
  private static final Duration TURN = Duration.ofSeconds(5);

  private static final byte[] ZEROS = new byte[DiskGeometry.BLOCK_BYTES];

  private final DiskWork work;
  private final Ports ports;
  private final @Nullable DigestIndex base;
  private final DigestIndexBuilder next;
  private final ExtentJournal journal;
  private final DiskCounters counters;
  private final DiskGeometry geometry;
  private final AtomicInteger blocksChanged = new AtomicInteger();
  private final AtomicBoolean failed = new AtomicBoolean();

  /** What all passes of a run share. */
  public record Ports(ObjectStore store, ExtentWorkers workers, BandwidthLimit limit, Pulse pulse) {
    StopSignal stop() {
      return pulse.stop();
    }
  }

  /**
   * A pass that has not begun.
   *
   * @param base index of the work's base; null when it has none
   * @param next is given every block's digest
   * @param journal knows what was sent before and is told what is sent now
   */
  public DiskPass(
      DiskWork work,
      Ports ports,
      @Nullable DigestIndex base,
      DigestIndexBuilder next,
      ExtentJournal journal,
      DiskCounters counters) {
    this.work = work;
    this.ports = ports;
    this.base = base;
    this.next = next;
    this.journal = journal;
    this.counters = counters;
    this.geometry = work.disk().geometry();
  }

  /**
   * Reads the whole disk and sends what the base and the cloud do not have.
   *
   * @throws StoppedException when it was asked to stop
   */
  public DiskResult run() throws IOException {
    int threadCount = Math.min(ports.workers().count(), geometry.extentCount());
    List<FutureTask<?>> ends = new ArrayList<>();
    ExtentFeed feed = open();
    CompletableFuture<Boolean> ended = workOff(feed, threadCount, ends);
    CompletableFuture.anyOf(ended, ports.pulse().givenUp()).join();
    if (!ended.isDone()) {
      // Somebody reads it and does not come back: to close it would not come back either.
      feed.abandon();
      throw new StoppedException();
    }
    feed.close();
    throwFirstFailure(ends);
    return result();
  }

  private ExtentFeed open() {
    Optional<ExtentFeed> feed = openIfFree();
    while (feed.isEmpty()) {
      try (Pulse.Step _ = ports.pulse().await("waiting for its turn to be read")) {
        ports.stop().pause(TURN);
      }
      feed = openIfFree();
    }
    return feed.get();
  }

  private Optional<ExtentFeed> openIfFree() {
    try (Pulse.Step _ = ports.pulse().read(() -> "opening disk " + work.disk().diskId())) {
      Optional<ExtentFeed> feed = ExtentFeed.of(work.disk().content(), geometry);
      if (work.sendsZeros()) {
        feed.ifPresent(opened -> counters.expectZeros(holeBytes(opened)));
      }
      return feed;
    }
  }

  /**
   * Of extents that are known to be zeros; a look at each, so that it takes no time to speak of.
   */
  private long holeBytes(ExtentFeed feed) {
    long bytes = 0;
    long zerosUntil = 0;
    for (int extent = 0; extent < geometry.extentCount(); extent++) {
      long start = extent * DiskGeometry.EXTENT_BYTES;
      long end = Math.min(start + DiskGeometry.EXTENT_BYTES, geometry.sizeBytes());
      if (start >= zerosUntil) {
        zerosUntil = feed.zerosUntil(geometry.firstBlock(extent));
      }
      bytes += zerosUntil >= end ? end - start : 0;
    }
    return bytes;
  }

  /** Begins to work; what it gives is there when all of the threads have ended. */
  private CompletableFuture<Boolean> workOff(
      ExtentFeed feed, int threadCount, List<FutureTask<?>> ends) {
    ThreadFactory threads = ports.workers().threads("extents-" + work.disk().diskId() + "-");
    AtomicInteger running = new AtomicInteger(threadCount);
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Callable<@Nullable Void> loop = () -> workOff(feed);
    for (int i = 0; i < threadCount; i++) {
      FutureTask<?> end =
          new FutureTask<>(loop) {
            @Override
            protected void done() {
              if (running.decrementAndGet() == 0) {
                ended.complete(true);
              }
            }
          };
      ends.add(end);
      threads.newThread(end).start();
    }
    return ended;
  }

  /** Gives the extents in order, as the manifest lists them. */
  public Manifest.Extent extent(int extent) throws IOException {
    ExtentJournal.Slot slot = journal.read(extent);
    return new Manifest.Extent(slot.digest(), slot.segment());
  }

  private @Nullable Void workOff(ExtentFeed feed) throws IOException {
    try {
      while (!failed.get()) {
        ports.stop().check();
        ExtentWorkers.Worker worker = lease();
        try {
          int extent = claim(feed);
          if (extent == ExtentFeed.NONE) {
            return null;
          }
          if (failed.get()) {
            feed.release();
            return null;
          }
          takeThrough(extent, feed, worker);
        } finally {
          ports.workers().giveBack(worker);
        }
      }
      return null;
    } catch (Throwable e) {
      failed.set(true);
      throw e;
    }
  }

  private ExtentWorkers.Worker lease() {
    try (Pulse.Step _ = ports.pulse().await("waiting for an idle worker")) {
      return ports.workers().lease();
    }
  }

  private int claim(ExtentFeed feed) {
    try (Pulse.Step _ = ports.pulse().await("waiting for the disk's stream")) {
      return feed.claim();
    }
  }

  private void takeThrough(int extent, ExtentFeed feed, ExtentWorkers.Worker worker)
      throws IOException {
    ExtentJournal.Slot before = journal.read(extent);
    boolean durable = work.isDurable(extent, before);
    WrittenBlocks written = new WrittenBlocks(work.written().find(extent));
    Changes changes;
    try {
      changes = readExtent(extent, feed, worker, written, durable);
    } catch (Throwable e) {
      // Before the next worker gets a stream that stands in the middle of an extent.
      failed.set(true);
      throw e;
    } finally {
      feed.release();
    }
    blocksChanged.addAndGet(changes.blocks());
    if (changes.blocks() == changes.kept()) {
      // Nothing differs from what the snapshot has: from the base's blocks, or a segment's.
      stands(extent, changes.kept() == 0 ? null : written.segment());
    } else if (!durable) {
      Segment segment = worker.segment().build(work.header(extent, written.segment()));
      if (before.segment() == null && work.isStaged(extent)) {
        // Another connector, or this one before it lost its memory, has sent it.
        stands(extent, segment.digest());
      } else {
        send(extent, segment);
      }
    }
  }

  /** What of an extent is to be in the snapshot's own blocks, and how much of that is there. */
  private record Changes(int blocks, int kept) {}

  private void stands(int extent, @Nullable Digest segment) throws IOException {
    journal.sending(extent, segment);
    if (segment != null) {
      journal.sent(extent, work.attempt(), 0);
    }
  }

  /** Reads all of it; what is to be in the snapshot is in the segment unless that is durable. */
  private Changes readExtent(
      int extent,
      ExtentFeed feed,
      ExtentWorkers.Worker worker,
      WrittenBlocks written,
      boolean durable)
      throws IOException {
    List<Digest> before = base == null ? List.of() : base.extent(extent);
    List<Digest> digests = new ArrayList<>(DiskGeometry.BLOCKS_PER_EXTENT);
    DigestChain chain = new DigestChain();
    int first = geometry.firstBlock(extent);
    int changed = 0;
    int kept = 0;
    long zerosUntil = 0;
    for (int i = 0; i < geometry.blocksIn(extent); i++) {
      ports.stop().check();
      int block = first + i;
      long start = (long) block * DiskGeometry.BLOCK_BYTES;
      if (start >= zerosUntil) {
        zerosUntil = zerosUntil(extent, block, feed);
      }
      boolean known = start + geometry.bytesInBlock(block) <= zerosUntil;
      boolean zero = known || readZeros(extent, block, feed, worker);
      Digest digest = zero ? DiskGeometry.ZERO_BLOCK : Digest.of(worker.block());
      chain.add(digest);
      digests.add(digest);
      counters.read(geometry.bytesInBlock(block));
      if (zero) {
        counters.zeros(geometry.bytesInBlock(block), known);
      }
      boolean same = i < before.size() && before.get(i).equals(digest);
      // What a segment of before may have written there is written over, whatever it is now.
      if ((same || (zero && work.leavesZerosOut())) && !written.mayHave(i)) {
        continue;
      }
      changed++;
      counters.changed(geometry.bytesInBlock(block));
      boolean has = written.has(i, digest);
      if (has || durable) {
        counters.reused(geometry.bytesInBlock(block));
      }
      if (has) {
        kept++;
        if (!durable) {
          worker.segment().addKept(block, digest);
        }
      } else if (!durable && zero) {
        worker.segment().addZero(block);
      } else if (!durable) {
        worker.segment().addData(block, digest, worker.block());
      }
    }
    // Who comes back to a pass that was given up must not write where the next one does.
    ports.stop().check();
    next.putExtent(extent, digests);
    journal.readExtent(extent, chain.finish());
    return new Changes(changed, kept);
  }

  private long zerosUntil(int extent, int block, ExtentFeed feed) {
    try (Pulse.Step _ = ports.pulse().read(() -> reading(extent, block))) {
      return feed.zerosUntil(block);
    }
  }

  /** Reads a block; tells whether it is all zeros. */
  private boolean readZeros(int extent, int block, ExtentFeed feed, ExtentWorkers.Worker worker) {
    try (Pulse.Step _ = ports.pulse().read(() -> reading(extent, block))) {
      feed.readBlock(block, worker.block());
    }
    return Arrays.mismatch(worker.block(), ZEROS) < 0;
  }

  private String reading(int extent, int block) {
    return "reading disk %s (%s), extent %d, byte %d,"
        .formatted(
            work.disk().label(),
            work.disk().diskId(),
            extent,
            (long) block * DiskGeometry.BLOCK_BYTES);
  }

  private void send(int extent, Segment segment) throws IOException {
    long bytes = segment.lengthBytes();
    journal.sending(extent, segment.digest());
    try (Pulse.Step _ = ports.pulse().await("waiting for the bandwidth that it may use")) {
      ports.limit().await(bytes, ports.stop());
    }
    ports.stop().check();
    ports
        .store()
        .put(ObjectKeys.segment(segment.header().coordinates()), ObjectContent.of(segment));
    if (ports.pulse().givenUp().isDone()) {
      throw new StoppedException();
    }
    journal.sent(extent, work.attempt(), bytes);
    counters.sent(bytes);
  }

  private DiskResult result() throws IOException {
    DigestChain disk = new DigestChain();
    int extentsSent = 0;
    long bytesSent = 0;
    for (int extent = 0; extent < geometry.extentCount(); extent++) {
      ExtentJournal.Slot slot = journal.read(extent);
      disk.add(slot.digest());
      bytesSent += slot.bytesSent();
      if (slot.segment() != null) {
        extentsSent++;
      }
    }
    return new DiskResult(
        disk.finish(),
        extentsSent,
        blocksChanged.get(),
        counters.snapshot().bytesRead(),
        counters.snapshot().bytesChanged(),
        bytesSent);
  }

  /** A failure says more than that the others stopped because of it. */
  private static void throwFirstFailure(List<FutureTask<?>> ends) throws IOException {
    Throwable first = null;
    for (FutureTask<?> end : ends) {
      if (end.state() == Future.State.FAILED) {
        Throwable failure = end.exceptionNow();
        if (first == null || first instanceof StoppedException) {
          first = failure;
        }
      }
    }
    switch (first) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new UncheckedIOException(new IOException(e));
    }
  }
}
