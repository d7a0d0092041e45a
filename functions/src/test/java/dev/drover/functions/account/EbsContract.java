package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the contracts of the ports on snapshots and images have in common: one account's EBS. */
abstract class EbsContract extends PortContract {
  static final DiskId DISK = DiskId.of("web", "root.img");
  static final long GIB = 1L << 30;

  /** No snapshot ever has it. */
  static final SnapshotId UNKNOWN = new SnapshotId("snap-0fffffffffffffff0");

  final RunAttempt run =
      new RunAttempt(new JobId("sms-job-" + unique()), new RunId("sms-run-" + unique()), 1);
  private final SortedMap<Integer, Digest> written = new TreeMap<>();

  /** The ports under test; of the same account each time. */
  protected abstract EbsPorts ports();

  /** Switches the account's encryption by default. */
  protected abstract void encryptByDefault(boolean encrypted);

  final RunSnapshots.Wish wish(int epoch, long sizeBytes, @Nullable SnapshotId base) {
    return new RunSnapshots.Wish(
        run, DISK, "root.img", epoch, new DiskGeometry(sizeBytes), base, false, null, false);
  }

  final SnapshotId started(RunSnapshots.Wish wish) {
    RunSnapshots.Outcome outcome = ports().runSnapshots().start(wish);
    assertThat(outcome).isInstanceOf(RunSnapshots.Outcome.Started.class);
    return ((RunSnapshots.Outcome.Started) outcome).snapshotId();
  }

  /** A pending snapshot of a GiB without a base. */
  final SnapshotId started() {
    return started(wish(1, GIB, null));
  }

  /** A completed one. */
  final SnapshotId completed() {
    SnapshotId id = started();
    complete(id);
    return id;
  }

  final void put(SnapshotId id, int block, long seed) {
    byte[] data = data(seed);
    ports().blocks().put(id, block, Digest.of(data), data);
    written.put(block, Digest.of(data));
  }

  /** Completes it with what {@link #put} put. */
  final void complete(SnapshotId id) {
    ports().blocks().complete(id, written.size(), linear());
  }

  final Digest linear() {
    DigestChain chain = new DigestChain();
    written.values().forEach(chain::add);
    return chain.finish();
  }

  static byte[] data(long seed) {
    byte[] data = new byte[DiskGeometry.BLOCK_BYTES];
    new Random(seed).nextBytes(data);
    return data;
  }

  final Snapshots.Description found(SnapshotId id) {
    return ports().snapshots().find(id).orElseThrow();
  }
}
