package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.SnapshotId;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What {@link SnapshotBlocks} promises. */
public abstract class SnapshotBlocksContract extends EbsContract {
  private void assertNotWritable(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(SnapshotNotWritableException.class);
  }

  private void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(RefusedException.class);
  }

  @Test
  void complete_withCountAndChecksumOfWhatWasPut_completes() {
    SnapshotId id = started();
    put(id, 7, 1);
    put(id, 0, 2);

    complete(id);

    assertThat(found(id).status()).isEqualTo(Snapshots.Status.COMPLETED);
  }

  @Test
  void complete_nothingPut_completes() {
    assertThat(found(completed()).status()).isEqualTo(Snapshots.Status.COMPLETED);
  }

  @Test
  void put_sameBlockAgain_overwritesAndCountsOnce() {
    SnapshotId id = started();
    put(id, 3, 1);
    put(id, 3, 1);
    put(id, 3, 2);

    complete(id);

    assertThat(found(id).status()).isEqualTo(Snapshots.Status.COMPLETED);
  }

  @Test
  void put_wrongDigest_isRefused() {
    SnapshotId id = started();

    assertRefused(() -> ports().blocks().put(id, 0, Digest.ofText("else"), data(1)));
  }

  @Test
  void complete_wrongCount_isRefusedAndDoesNotComplete() {
    SnapshotId id = started();
    put(id, 0, 1);

    assertRefused(() -> ports().blocks().complete(id, 2, linear()));

    assertThat(found(id).status()).isNotEqualTo(Snapshots.Status.COMPLETED);
  }

  @Test
  void complete_wrongChecksum_isRefusedAndDoesNotComplete() {
    SnapshotId id = started();
    put(id, 0, 1);

    assertRefused(() -> ports().blocks().complete(id, 1, Digest.ofText("else")));

    assertThat(found(id).status()).isNotEqualTo(Snapshots.Status.COMPLETED);
  }

  @Test
  void putAndComplete_completedAlready_isNotWritable() {
    SnapshotId id = completed();

    assertNotWritable(() -> put(id, 0, 1));
    assertNotWritable(() -> complete(id));
  }

  @Test
  void putAndComplete_unknownOrDiscarded_isNotWritable() {
    SnapshotId discarded = started();
    ports().runSnapshots().discard(discarded);

    for (SnapshotId id : new SnapshotId[] {UNKNOWN, discarded}) {
      assertNotWritable(() -> put(id, 0, 1));
      assertNotWritable(() -> complete(id));
    }
  }
}
