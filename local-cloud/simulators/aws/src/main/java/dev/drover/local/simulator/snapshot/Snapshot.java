package dev.drover.local.simulator.snapshot;

import dev.drover.local.simulator.snapshot.SnapshotRecord.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One EBS snapshot. Puts run side by side under the read lock; whatever ends them (completion,
 * deletion) waits for the write lock, so it sees all of them or none.
 *
 * <p>There is no timer: what the passing of time does to a snapshot is worked out when someone
 * asks.
 */
public final class Snapshot {
  private static final String RECORD_FILE = "snapshot.json";

  private final Path directory;
  private final @Nullable Snapshot parent;
  private final InstantSource clock;
  private final OmittedBlocks omitted;
  private final JsonFile<SnapshotRecord> recordFile = new JsonFile<>(SnapshotRecord.class);
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Set<Integer> blocksUnderWay = ConcurrentHashMap.newKeySet();
  private final AtomicLong puts = new AtomicLong();
  private volatile SnapshotRecord record;
  private volatile Instant lastWrite;
  private volatile int progressPercent;
  private @Nullable BlockFile file;

  Snapshot(
      Path directory,
      SnapshotRecord record,
      @Nullable Snapshot parent,
      InstantSource clock,
      OmittedBlocks omitted) {
    this.directory = directory;
    this.record = record;
    this.parent = parent;
    this.clock = clock;
    this.omitted = omitted;
    // A simulator that was down was not the client's silence: its timeout starts again.
    this.lastWrite = clock.instant();
  }

  static Path recordFile(Path directory) {
    return directory.resolve(RECORD_FILE);
  }

  public String id() {
    return record.id();
  }

  public SnapshotRequest request() {
    return record.request();
  }

  public Optional<Snapshot> parent() {
    return Optional.ofNullable(parent);
  }

  public boolean encrypted() {
    return record.kmsKeyArn() != null;
  }

  public Optional<String> kmsKeyArn() {
    return Optional.ofNullable(record.kmsKeyArn());
  }

  public Map<String, String> tags() {
    return record.tags();
  }

  public Instant startedAt() {
    return Instant.ofEpochMilli(record.startedAtMillis());
  }

  /** How long ago it was started. */
  public Duration age() {
    return Duration.between(startedAt(), clock.instant());
  }

  public Optional<Instant> completedAt() {
    return status() == SnapshotStatus.COMPLETED
        ? Optional.of(Instant.ofEpochMilli(record.effectiveAtMillis()))
        : Optional.empty();
  }

  public Optional<String> statusMessage() {
    return timedOut() ? Optional.of(silence()) : Optional.ofNullable(record.statusMessage());
  }

  private String silence() {
    return "No block was written for " + request().timeoutMinutes() + " minutes";
  }

  public int volumeSizeGib() {
    return request().volumeSizeGib();
  }

  public int blockCount() {
    return Math.multiplyExact(volumeSizeGib(), Blocks.BLOCKS_PER_GIB);
  }

  public SnapshotStatus status() {
    return switch (record.stage()) {
      case OPEN -> timedOut() ? SnapshotStatus.ERROR : SnapshotStatus.PENDING;
      case SEALED ->
          clock.millis() >= record.effectiveAtMillis()
              ? SnapshotStatus.COMPLETED
              : SnapshotStatus.PENDING;
      case FAILED, DELETED -> SnapshotStatus.ERROR;
    };
  }

  /** What its writer last said, 0 to 100; 100 once completed. */
  public int progressPercent() {
    return status() == SnapshotStatus.COMPLETED ? 100 : progressPercent;
  }

  public void reportProgress(int percent) {
    progressPercent = percent;
  }

  /** Puts that were accepted since the start of the simulator, repeated ones too. */
  public long puts() {
    return puts.get();
  }

  /** Distinct blocks that were put into this snapshot itself. */
  public int writtenBlockCount() throws IOException {
    return isDeleted() ? 0 : file().written().count();
  }

  boolean isDeleted() {
    return record.stage() == Stage.DELETED;
  }

  /** Stores a block, replacing what was put there before. */
  public PutOutcome put(int blockIndex, byte[] block, Sha256 digest) throws IOException {
    Objects.checkIndex(blockIndex, blockCount());
    Lock shared = lock.readLock();
    shared.lock();
    try {
      if (!acceptsBlocks()) {
        return PutOutcome.NOT_OPEN;
      }
      return putAlone(blockIndex, block, digest);
    } finally {
      shared.unlock();
    }
  }

  private PutOutcome putAlone(int blockIndex, byte[] block, Sha256 digest) throws IOException {
    if (!blocksUnderWay.add(blockIndex)) {
      return PutOutcome.CONFLICT;
    }
    try {
      file().put(blockIndex, block, digest);
    } finally {
      blocksUnderWay.remove(blockIndex);
    }
    puts.incrementAndGet();
    lastWrite = clock.instant();
    return PutOutcome.STORED;
  }

  /**
   * Takes no more blocks and completes after {@code delay}.
   *
   * <p>AWS does not document what a wrong count or checksum does to the snapshot; the worse of the
   * two possibilities is simulated: it fails for good.
   *
   * @param changedBlocks the number of distinct blocks that the caller believes it put
   * @param linearChecksum the base64 SHA-256 over the 32-byte digests of the put blocks in
   *     ascending order of index, or null
   */
  public SealOutcome seal(int changedBlocks, @Nullable String linearChecksum, Duration delay)
      throws IOException {
    lock.writeLock().lock();
    try {
      if (!acceptsBlocks()) {
        return new SealOutcome.NotOpen(status());
      }
      Optional<String> mismatch = mismatch(changedBlocks, linearChecksum);
      if (mismatch.isPresent()) {
        save(record.at(Stage.FAILED, clock.millis(), mismatch.get()));
        return new SealOutcome.Mismatch(mismatch.get());
      }
      save(record.at(Stage.SEALED, clock.millis() + delay.toMillis(), null));
      return new SealOutcome.Sealed();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Ends it as its timeout would, if it is open still. */
  public boolean cancel() throws IOException {
    lock.writeLock().lock();
    try {
      boolean open = acceptsBlocks();
      if (open) {
        save(record.at(Stage.FAILED, clock.millis(), silence()));
      }
      return open;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private Optional<String> mismatch(int changedBlocks, @Nullable String linearChecksum)
      throws IOException {
    int written = file().written().count();
    if (written != changedBlocks) {
      return Optional.of(
          written + " blocks were written, but ChangedBlocksCount is " + changedBlocks);
    }
    String computed = linearChecksum();
    return linearChecksum == null || computed.equals(linearChecksum)
        ? Optional.empty()
        : Optional.of(
            "The LINEAR checksum of the written blocks is " + computed + ", not " + linearChecksum);
  }

  private String linearChecksum() throws IOException {
    BlockFile own = file();
    BlockChain ownOnly = new BlockChain(List.of(new BlockChain.Link(id(), own)));
    MessageDigest total = Sha256.algorithm();
    for (int i = ownOnly.nextWritten(0); i >= 0; i = nextAfter(ownOnly, i)) {
      own.digest(i).updateInto(total);
    }
    return Sha256.wrap(total.digest()).base64();
  }

  /** The first block from {@code from} on that this snapshot or an ancestor wrote, or -1. */
  public int nextWritten(int from) throws IOException {
    return from >= blockCount() ? -1 : chain().nextWritten(from);
  }

  private int nextAfter(BlockChain chain, int blockIndex) {
    return blockIndex + 1 >= blockCount() ? -1 : chain.nextWritten(blockIndex + 1);
  }

  /** The snapshot, this one or an ancestor, whose content a reader of the block sees. */
  public Optional<String> writerOf(int blockIndex) throws IOException {
    return chain().writer(blockIndex).map(BlockChain.Link::snapshotId);
  }

  /** The digest of a block that this snapshot or an ancestor wrote. */
  public Optional<Sha256> digest(int blockIndex) throws IOException {
    return chain().writer(blockIndex).map(link -> link.file().digest(blockIndex));
  }

  /**
   * Reads a block as a volume made from this snapshot would.
   *
   * @param into {@link Blocks#BLOCK_BYTES} bytes, left as they are when the block is of zeros
   * @return whether the block is anything but zeros
   */
  public boolean read(int blockIndex, byte[] into) throws IOException {
    Optional<BlockChain.Link> writer = chain().writer(blockIndex);
    if (writer.isEmpty()) {
      if (encrypted()) {
        omitted.fill(blockIndex, into);
      }
      return encrypted();
    }
    BlockFile source = writer.get().file();
    if (source.isZero(blockIndex)) {
      return false;
    }
    source.read(blockIndex, into);
    return true;
  }

  void replaceTags(Map<String, String> tags) throws IOException {
    lock.writeLock().lock();
    try {
      save(record.withTags(tags));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Nobody finds it from here on; its blocks stay for its children. */
  void markDeleted() throws IOException {
    lock.writeLock().lock();
    try {
      save(record.at(Stage.DELETED, clock.millis(), null));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Removes the blocks; what remains remembers the ClientToken. */
  void dropBlocks() throws IOException {
    lock.writeLock().lock();
    try {
      close();
      BlockFile.delete(directory);
    } finally {
      lock.writeLock().unlock();
    }
  }

  synchronized void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  void save(SnapshotRecord changed) throws IOException {
    recordFile.write(recordFile(directory), changed);
    record = changed;
  }

  private boolean acceptsBlocks() {
    return record.stage() == Stage.OPEN && !timedOut();
  }

  private boolean timedOut() {
    Duration timeout = Duration.ofMinutes(request().timeoutMinutes());
    return record.stage() == Stage.OPEN && clock.instant().isAfter(lastWrite.plus(timeout));
  }

  private BlockChain chain() throws IOException {
    List<BlockChain.Link> links = new ArrayList<>();
    for (Snapshot link = this; link != null; link = link.parent) {
      links.add(new BlockChain.Link(link.id(), link.file()));
    }
    return new BlockChain(links);
  }

  private synchronized BlockFile file() throws IOException {
    if (file == null) {
      file = BlockFile.open(directory, blockCount());
    }
    return file;
  }
}
