package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.BASE;
import static dev.drover.functions.state.Sample.DIGEST;
import static dev.drover.functions.state.Sample.DISK;
import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NEWER;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.OTHER_DIGEST;
import static dev.drover.functions.state.Sample.RUN;
import static dev.drover.functions.state.Sample.SITE;
import static dev.drover.functions.state.Sample.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.InvalidMessageException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RunDisksTest {
  private static final RunDisk.Completion COMPLETION =
      new RunDisk.Completion("digests/list", DIGEST, OTHER_DIGEST, DIGEST, 7, false);

  private final Sample sample = new Sample();
  private final RunDisks disks = sample.state.disks();

  private RunDisk kept(RunDisk disk) {
    assertThat(sample.commits(disks.put(disk, null))).isTrue();
    return disk;
  }

  private RunDisk in(RunDisk.State state) {
    return kept(Sample.disk(1, GENERATION, state));
  }

  private RunDisk now() {
    return disks.find(RUN, DISK).orElseThrow();
  }

  private static RunDisk full() {
    return new RunDisk(
        RUN,
        DISK,
        3,
        3,
        GENERATION,
        new RunDisk.Base(BASE, "digests/base", DIGEST),
        null,
        1L << 20,
        SNAPSHOT,
        NOW,
        RunDisk.State.COMPLETED,
        "reports/manifest",
        COMPLETION,
        false,
        2,
        "data.img",
        false);
  }

  @Test
  void put_everyFieldPresent_isReadAsItWas() {
    assertThat(kept(full())).isEqualTo(now());
  }

  @Test
  void put_everyFieldAbsent_isReadAsItWas() {
    assertThat(in(RunDisk.State.APPLYING)).isEqualTo(now());
  }

  @Test
  void put_disks_areTheseItems() {
    kept(full());
    Map<String, String> item = sample.raw.show("RUN#sms-run-00000001", "DISK#" + DISK);
    assertThat(item)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:RUN#sms-run-00000001"),
                Map.entry("v", "N:1"),
                Map.entry("sk", "S:DISK#" + DISK),
                Map.entry("epoch", "N:3"),
                Map.entry("firstEpoch", "N:3"),
                Map.entry("generation", "S:" + GENERATION),
                Map.entry("base", "S:snap-00000002"),
                Map.entry("baseDigestListKey", "S:digests/base"),
                Map.entry("baseDigestListDigest", "S:" + DIGEST.hex()),
                Map.entry("sizeBytes", "N:1048576"),
                Map.entry("snapshotId", "S:snap-00000001"),
                Map.entry("startedAt", "N:" + NOW.toEpochMilli()),
                Map.entry("state", "S:COMPLETED"),
                Map.entry("manifestKey", "S:reports/manifest"),
                Map.entry("digestListKey", "S:digests/list"),
                Map.entry("digestListDigest", "S:" + DIGEST.hex()),
                Map.entry("diskDigest", "S:" + OTHER_DIGEST.hex()),
                Map.entry("linear", "S:" + DIGEST.hex()),
                Map.entry("blocksWritten", "N:7"),
                Map.entry("completionTaken", "BOOL:false"),
                Map.entry("rootDevice", "BOOL:false"),
                Map.entry("diskNumber", "N:2"),
                Map.entry("label", "S:data.img"),
                Map.entry("zerosLeftOut", "BOOL:false")));
  }

  @Test
  void put_diskIsThereThatWasNotSeen_isRefused() {
    in(RunDisk.State.APPLYING);
    assertThat(sample.commits(disks.put(full(), null))).isFalse();
  }

  @Test
  void put_inPlaceOfWhatWasSeen_onlyFromItsEpoch() {
    RunDisk old = in(RunDisk.State.APPLYING);
    RunDisk second = Sample.disk(2, NEWER, RunDisk.State.APPLYING);
    assertThat(sample.commits(disks.put(second, old))).isTrue();
    assertThat(now()).isEqualTo(second);
    assertThat(sample.commits(disks.put(full(), old))).isFalse();
  }

  @Test
  void remove_disk_isGone() {
    assertThat(sample.commits(disks.remove(in(RunDisk.State.APPLYING)))).isTrue();
    assertThat(disks.find(RUN, DISK)).isEmpty();
  }

  @Test
  void forget_twice_isGone() {
    RunDisk disk = in(RunDisk.State.COMPLETED);
    disks.forget(disk);
    disks.forget(disk);
    assertThat(disks.list(RUN)).isEmpty();
  }

  @Test
  void list_several_areInBootOrder() {
    for (int number : new int[] {2, 0, 1}) {
      DiskId id = DiskId.of("web", "disk" + number);
      kept(
          new RunDisk(
              RUN,
              id,
              1,
              1,
              GENERATION,
              null,
              null,
              1L << 20,
              SNAPSHOT,
              NOW,
              RunDisk.State.APPLYING,
              null,
              null,
              number == 0,
              number,
              "disk" + number,
              false));
    }
    assertThat(disks.list(RUN)).extracting(RunDisk::diskNumber).containsExactly(0, 1, 2);
    assertThat(disks.list(Sample.NEXT)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(RunDisk.State.class)
  void transitions_fromEachState_onlyTheNext(RunDisk.State from) {
    RunDisk disk = in(from);
    boolean applying = from == RunDisk.State.APPLYING;
    boolean completing = from == RunDisk.State.COMPLETING;
    assertThat(sample.commits(disks.stillApplying(disk))).isEqualTo(applying);
    assertThat(disks.putManifest(disk, "reports/manifest")).isEqualTo(applying);
    assertThat(now().manifestKey()).isEqualTo(applying ? "reports/manifest" : null);
    assertThat(disks.putCompletion(disk, COMPLETION)).isEqualTo(completing);
    assertThat(now().completion()).isEqualTo(completing ? COMPLETION : null);
    boolean completes = completing || from == RunDisk.State.COMPLETED;
    assertThat(disks.complete(disk)).isEqualTo(completes);
    assertThat(now().state()).isEqualTo(completes ? RunDisk.State.COMPLETED : from);
    assertThat(disks.beginCompleting(disk)).isEqualTo(applying);
    assertThat(now().state())
        .isEqualTo(
            applying
                ? RunDisk.State.COMPLETING
                : completes ? RunDisk.State.COMPLETED : RunDisk.State.GIVEN_BACK);
  }

  @Test
  void giveBack_fromWhatWasSeen_letsNoReceiptOfTheEpochBecomeApplied() {
    RunDisk applying = in(RunDisk.State.APPLYING);
    assertThat(sample.commits(disks.giveBack(Sample.disk(2, GENERATION, applying.state()))))
        .isFalse();
    assertThat(sample.commits(disks.giveBack(applying))).isTrue();
    assertThat(now().state()).isEqualTo(RunDisk.State.GIVEN_BACK);
    assertThat(sample.commits(disks.stillApplying(applying))).isFalse();
    assertThat(sample.commits(disks.giveBack(applying))).isFalse();
  }

  @Test
  void restarted_isTheSameDiskInAnotherSnapshot() {
    RunDisk later = full().restarted(4, BASE, NOW.plusSeconds(1));
    assertThat(later.delta(SITE, JOB)).isEqualTo(full().delta(SITE, JOB));
    assertThat(later.manifestKey()).isEqualTo(full().manifestKey());
    assertThat(later.state()).isEqualTo(RunDisk.State.APPLYING);
    assertThat(later.completion()).isNull();
    assertThat(later.epoch()).isEqualTo(4);
    assertThat(later.snapshotId()).isEqualTo(BASE);
    assertThat(later.startedAt()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void transitions_ofAnotherEpochOrGeneration_areRefused() {
    in(RunDisk.State.APPLYING);
    for (RunDisk other :
        new RunDisk[] {
          Sample.disk(2, GENERATION, RunDisk.State.APPLYING),
          Sample.disk(1, NEWER, RunDisk.State.APPLYING)
        }) {
      assertThat(sample.commits(disks.stillApplying(other))).isFalse();
      assertThat(disks.putManifest(other, "reports/manifest")).isFalse();
      assertThat(disks.beginCompleting(other)).isFalse();
    }
    sample.raw.set("RUN#" + RUN, "DISK#" + DISK, "state", "COMPLETING");
    RunDisk other = Sample.disk(2, GENERATION, RunDisk.State.COMPLETING);
    assertThat(disks.putCompletion(other, COMPLETION)).isFalse();
    assertThat(disks.complete(other)).isFalse();
  }

  @Test
  void delta_withBase_namesIt() {
    assertThat(full().delta(SITE, JOB))
        .isEqualTo(new DiskDelta(SITE, JOB, RUN, DISK, BASE, GENERATION));
    assertThat(full().baseDigestListDigest()).isEqualTo(DIGEST);
    RunDisk first = Sample.disk(1, GENERATION, RunDisk.State.APPLYING);
    assertThat(first.baseSnapshot()).isNull();
    assertThat(first.baseDigestListDigest()).isEqualTo(Digest.NEVER_WRITTEN);
    assertThat(first.geometry().blockCount()).isEqualTo(2);
  }

  @Test
  void named_extent_hasItsBytes() {
    assertThat(full().named()).isEqualTo("data.img (" + DISK + ")");
    assertThat(full().named(0))
        .isEqualTo("disk data.img (" + DISK + "), extent 0 (bytes 0 to 1048575)");
    RunDisk large =
        new RunDisk(
            RUN,
            DISK,
            1,
            1,
            GENERATION,
            null,
            null,
            1L << 30,
            SNAPSHOT,
            NOW,
            RunDisk.State.APPLYING,
            null,
            null,
            true,
            0,
            "a",
            false);
    assertThat(large.named(1))
        .isEqualTo("disk a (" + DISK + "), extent 1 (bytes 67108864 to 134217727)");
  }

  @Test
  void disk_noEpoch_isRefused() {
    assertThatThrownBy(() -> Sample.disk(0, GENERATION, RunDisk.State.APPLYING))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("epoch 0");
  }

  private static RunDisk disk(int firstEpoch, int epoch, long sizeBytes, boolean zerosLeftOut) {
    return new RunDisk(
        RUN,
        Sample.DISK,
        epoch,
        firstEpoch,
        GENERATION,
        null,
        "first copy",
        sizeBytes,
        SNAPSHOT,
        NOW,
        RunDisk.State.COMPLETING,
        null,
        null,
        true,
        0,
        "root.img",
        zerosLeftOut);
  }

  @Test
  void disk_ofOneBlockWithoutItsZeros_isOne() {
    assertThat(disk(1, 1, 1, true).zerosLeftOut()).isTrue();
  }

  /** What earlier epochs had put into their snapshots is put into this one, the newest first. */
  @Test
  void earlierEpochs_sinceItsFirst_areInherited() {
    RunDisk third = disk(1, 3, 1, false);
    assertThat(third.inherits()).isTrue();
    assertThat(third.earlierEpochs()).containsExactly(disk(1, 2, 1, false), disk(1, 1, 1, false));
    assertThat(disk(3, 3, 1, false).inherits()).isFalse();
    assertThat(disk(3, 3, 1, false).earlierEpochs()).isEmpty();
  }

  @Test
  void states_pending_countAgainstTheQuota() {
    assertThat(RunDisk.State.values())
        .filteredOn(RunDisk.State::isPending)
        .containsExactly(RunDisk.State.APPLYING, RunDisk.State.COMPLETING);
    assertThat(disk(1, 1, 1, false).isBeingCompleted()).as("nothing derived").isFalse();
  }
}
