package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Status;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** The EBS direct APIs that write. */
final class EbsService {
  private static final byte[] ZEROS = new byte[DiskGeometry.BLOCK_BYTES];

  private final Simulation simulation;
  private final SnapshotStore snapshots;
  private final AccountUse use;
  private final StartSnapshot startSnapshot;
  private final Duration conflictsWithin;
  private final TokenBucket starts;
  private final TokenBucket completes;
  private final TokenBucket puts;

  EbsService(
      Simulation simulation,
      EbsSettings settings,
      SnapshotStore snapshots,
      StartSnapshot startSnapshot,
      AccountUse use) {
    this.simulation = simulation;
    this.snapshots = snapshots;
    this.startSnapshot = startSnapshot;
    this.use = use;
    this.conflictsWithin = settings.faults().conflictsWithin();
    EbsSettings.Rates rates = settings.rates();
    this.starts = new TokenBucket(simulation, rates.starts());
    this.completes = new TokenBucket(simulation, rates.completes());
    this.puts = new TokenBucket(simulation, rates.puts());
  }

  StartSnapshotResponse start(StartSnapshotRequest request) {
    pass("StartSnapshot", starts);
    return startSnapshot.answer(request);
  }

  private void pass(String operation, TokenBucket bucket) {
    use.called(operation);
    if (!bucket.has()) {
      use.throttled(operation);
      throw EbsRefusal.throttled();
    }
    bucket.take();
  }

  /** Idempotent: the same block again replaces itself. */
  PutSnapshotBlockResponse put(PutSnapshotBlockRequest request, InputStream data) {
    pass("PutSnapshotBlock", puts);
    EbsSnapshot snapshot = known(request.snapshotId());
    if (!snapshot.puts.has()) {
      use.throttled("PutSnapshotBlock");
      throw EbsRefusal.snapshotThrottled(snapshot.id);
    }
    snapshot.puts.take();
    int block = block(request, snapshot);
    Digest digest = checkedDigest(request, data);
    requireOpen(snapshot);
    if (snapshot.wasPutWithin(conflictsWithin, block, simulation.instant())) {
      throw EbsRefusal.validation(
          ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE,
          "Block " + block + " of " + snapshot.id + " is being written by another request.");
    }
    snapshot.put(block, digest, simulation.instant());
    use.put();
    return PutSnapshotBlockResponse.builder()
        .checksum(digest.base64())
        .checksumAlgorithm(ChecksumAlgorithm.SHA256)
        .build();
  }

  private EbsSnapshot known(String id) {
    return snapshots
        .find(id)
        .filter(snapshot -> !simulation.instant().isBefore(snapshot.visible))
        .orElseThrow(() -> EbsRefusal.notFound(id));
  }

  private static int block(PutSnapshotBlockRequest request, EbsSnapshot snapshot) {
    Integer block = request.blockIndex();
    if (block == null || block < 0 || block >= snapshot.blockCount) {
      throw EbsRefusal.validation(
          ValidationExceptionReason.INVALID_BLOCK,
          "Block " + block + " is not one of the volume's " + snapshot.blockCount);
    }
    return block;
  }

  private static Digest checkedDigest(PutSnapshotBlockRequest request, InputStream data) {
    if (request.dataLength() == null || request.dataLength() != DiskGeometry.BLOCK_BYTES) {
      throw EbsRefusal.invalid("DataLength must be 524288, not " + request.dataLength());
    }
    if (request.checksumAlgorithm() != ChecksumAlgorithm.SHA256) {
      throw EbsRefusal.invalid("ChecksumAlgorithm must be SHA256");
    }
    Digest digest = digestOfBlock(data);
    if (!digest.base64().equals(request.checksum())) {
      throw EbsRefusal.invalid(
          "The block's SHA-256 is " + digest.base64() + ", not " + request.checksum());
    }
    return digest;
  }

  private static Digest digestOfBlock(InputStream data) {
    byte[] block;
    try (data) {
      block = data.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (block.length != DiskGeometry.BLOCK_BYTES) {
      throw EbsRefusal.invalid("A block has 524288 bytes, not " + block.length);
    }
    // Most blocks of a first run are zeros, and to see that is quicker than to hash them.
    return Arrays.equals(block, ZEROS) ? DiskGeometry.ZERO_BLOCK : Digest.of(block);
  }

  /** Not idempotent: a snapshot that was completed once is not waiting for blocks any more. */
  CompleteSnapshotResponse complete(CompleteSnapshotRequest request) {
    pass("CompleteSnapshot", completes);
    EbsSnapshot snapshot = known(request.snapshotId());
    requireOpen(snapshot);
    String mismatch = mismatch(request, snapshot);
    if (!mismatch.isEmpty()) {
      // AWS does not say what becomes of the snapshot; the worse of the two is simulated.
      snapshots.fail(snapshot, mismatch);
      throw EbsRefusal.invalid(mismatch);
    }
    snapshots.complete(snapshot);
    return CompleteSnapshotResponse.builder().status(Status.PENDING).build();
  }

  /** Empty when there is none. */
  private static String mismatch(CompleteSnapshotRequest request, EbsSnapshot snapshot) {
    Integer count = request.changedBlocksCount();
    if (count == null || count != snapshot.writtenCount()) {
      return snapshot.writtenCount()
          + " blocks were written, but ChangedBlocksCount is "
          + request.changedBlocksCount();
    }
    if (request.checksum() == null) {
      return "";
    }
    if (request.checksumAlgorithm() != ChecksumAlgorithm.SHA256
        || request.checksumAggregationMethod() != ChecksumAggregationMethod.LINEAR) {
      throw EbsRefusal.invalid("The checksum must be SHA256 and LINEAR");
    }
    String linear = snapshot.linear().base64();
    return linear.equals(request.checksum())
        ? ""
        : "The LINEAR checksum of the written blocks is " + linear + ", not " + request.checksum();
  }

  private static void requireOpen(EbsSnapshot snapshot) {
    if (snapshot.stage != EbsSnapshot.Stage.OPEN) {
      throw notOpen(snapshot);
    }
  }

  private static EbsException notOpen(EbsSnapshot snapshot) {
    return EbsRefusal.validation(
        ValidationExceptionReason.INVALID_SNAPSHOT_ID,
        snapshot.id + " takes no more blocks, it is " + snapshot.status());
  }
}
