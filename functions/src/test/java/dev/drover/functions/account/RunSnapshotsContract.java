package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SnapshotId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link RunSnapshots} promises. */
public abstract class RunSnapshotsContract extends EbsContract {
  private RunSnapshots.Outcome start(RunSnapshots.Wish wish) {
    return ports().runSnapshots().start(wish);
  }

  private RunSnapshots.Wish encrypted() {
    return encrypted(1, null);
  }

  private RunSnapshots.Wish encrypted(int epoch, @Nullable SnapshotId base) {
    return new RunSnapshots.Wish(
        run, DISK, "root.img", epoch, new DiskGeometry(GIB), base, true, null, false);
  }

  @Test
  void start_isPendingAndTaggedWithJobAndRun() {
    Snapshots.Description snapshot = found(started());

    assertThat(snapshot.status()).isEqualTo(Snapshots.Status.PENDING);
    assertThat(snapshot.tags())
        .containsEntry(Snapshots.TAG_JOB, run.jobId().value())
        .containsEntry(Snapshots.TAG_RUN, run.runId().value());
  }

  @Test
  void start_diskNameLongerThanATagTakes_isTaggedWithItsBeginning() {
    String name = "日".repeat(300);
    RunSnapshots.Wish wish =
        new RunSnapshots.Wish(run, DISK, name, 1, new DiskGeometry(GIB), null, false, null, false);

    assertThat(name).startsWith(found(started(wish)).tags().get(Snapshots.TAG_DISK_NAME));
  }

  @Test
  void start_sameWishAgain_isTheSameSnapshot() {
    SnapshotId first = started();

    assertThat(started()).isEqualTo(first);
    assertThat(ports().snapshots().ofRun(run.runId())).containsExactly(first);
  }

  @Test
  void start_sameEpochForSomethingElse_saysThatTheEpochIsUsed() {
    started(wish(1, GIB, null));

    assertThat(start(wish(1, 2 * GIB, null))).isEqualTo(new RunSnapshots.Outcome.EpochUsed());
    assertThat(start(wish(2, 2 * GIB, null))).isInstanceOf(RunSnapshots.Outcome.Started.class);
  }

  @Test
  void start_nextAttempt_isAnotherSnapshot() {
    SnapshotId first = started();
    RunAttempt again = new RunAttempt(run.jobId(), run.runId(), 2);

    SnapshotId second =
        started(
            new RunSnapshots.Wish(
                again, DISK, "root.img", 1, new DiskGeometry(GIB), null, false, null, false));

    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void discard_isGoneAlsoTheSecondTime() {
    SnapshotId id = started();

    ports().runSnapshots().discard(id);

    assertThat(ports().snapshots().find(id)).isEmpty();
    assertThatCode(() -> ports().runSnapshots().discard(id)).doesNotThrowAnyException();
  }

  @Test
  void start_withCompletedBase_isItsChild() {
    SnapshotId base = completed();

    SnapshotId child = started(wish(2, GIB, base));

    assertThat(found(child).status()).isEqualTo(Snapshots.Status.PENDING);
  }

  @Test
  void start_baseThatCannotBeOne_isRefused() {
    SnapshotId pending = started(wish(1, 2 * GIB, null));
    assertThat(start(wish(2, GIB, UNKNOWN))).isInstanceOf(RunSnapshots.Outcome.Refused.class);
    assertThat(start(wish(3, 2 * GIB, pending))).isInstanceOf(RunSnapshots.Outcome.Refused.class);

    complete(pending);

    assertThat(start(wish(4, GIB, pending)))
        .as("a base that is larger")
        .isInstanceOf(RunSnapshots.Outcome.Refused.class);
    assertThat(start(wish(5, 2 * GIB, pending))).isInstanceOf(RunSnapshots.Outcome.Started.class);
  }

  @Test
  void start_encrypted_isEncryptedAndSoAreItsChildren() {
    SnapshotId base = started(encrypted());
    assertThat(found(base).keyArn()).isEqualTo(key());
    complete(base);

    assertThat(found(started(encrypted(2, base))).keyArn()).isEqualTo(key());
  }

  @Test
  void start_baseWithAnotherKeyThanIsWanted_isRefusedAndNothingStays() {
    SnapshotId plain = completed();
    SnapshotId base = started(encrypted(2, null));
    complete(base);

    assertThat(start(encrypted(3, plain))).isInstanceOf(RunSnapshots.Outcome.Refused.class);
    assertThat(start(wish(4, GIB, base))).isInstanceOf(RunSnapshots.Outcome.Refused.class);

    assertThat(ports().snapshots().ofRun(run.runId())).containsExactlyInAnyOrder(plain, base);
  }

  /** The key of what is asked to be encrypted, with none named. */
  private String key() {
    return ports().keys().ofNewSnapshot(true, null).orElseThrow();
  }

  @Test
  void start_encryptionByDefault_encryptsWhatHasNoBaseAndRefusesAnUnencryptedOne() {
    assertThat(ports().keys().ofNewSnapshot(false, null)).isEmpty();
    SnapshotId plain = completed();
    encryptByDefault(true);
    try {
      assertThat(ports().keys().ofNewSnapshot(false, null)).contains(key());
      assertThat(found(started(wish(2, GIB, null))).keyArn()).isEqualTo(key());
      assertThat(start(wish(3, GIB, plain))).isInstanceOf(RunSnapshots.Outcome.Refused.class);
    } finally {
      encryptByDefault(false);
    }
  }
}
