package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.DIGEST;
import static dev.drover.functions.state.Sample.DISK;
import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.NEWER;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.OTHER_DIGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReceiptsTest {
  private static final String PK = "RECEIPT#sms-run-00000001#" + DISK + "#1#0000";
  private static final String BLOCKS_PK = "BLOCKS#sms-run-00000001#" + DISK + "#1#0000";
  private static final String SK = "0000002";
  private static final RunDisk APPLYING = Sample.disk(1, GENERATION, RunDisk.State.APPLYING);
  private static final RunDisk LARGE =
      new RunDisk(
          APPLYING.runId(),
          DISK,
          1,
          1,
          GENERATION,
          null,
          "first copy",
          3000 * DiskGeometry.EXTENT_BYTES,
          APPLYING.snapshotId(),
          NOW,
          RunDisk.State.APPLYING,
          null,
          null,
          true,
          0,
          "root.img",
          false);
  private static final Receipts.Lease MINE = new Receipts.Lease(APPLYING, 2, GENERATION, "me");
  private static final Receipts.Lease THEIRS = new Receipts.Lease(APPLYING, 2, GENERATION, "they");
  private static final Receipts.Lease LATER =
      new Receipts.Lease(Sample.disk(1, NEWER, RunDisk.State.APPLYING), 2, NEWER, "later");
  private static final Instant END = NOW.plusSeconds(150);
  private static final SegmentBlocks BLOCKS =
      new SegmentBlocks(DIGEST, BlockBitmap.EMPTY.with(0).with(5), List.of(DIGEST, OTHER_DIGEST));
  private static final Receipt.Applied APPLIED = new Receipt.Applied(DIGEST, null);

  private final Sample sample = new Sample();
  private final Receipts receipts = sample.state.receipts();

  private boolean take(Receipts.Lease lease, Instant now, Instant end) {
    return receipts.takeFirst(lease, now, end)
        || receipts.take(
            lease, receipts.find(lease.disk(), lease.extent()).orElseThrow(), now, end);
  }

  private Receipt now() {
    return receipts.find(APPLYING, 2).orElseThrow();
  }

  private Map<String, String> item() {
    return sample.raw.show(PK, SK);
  }

  @Test
  void take_free_isThisItem() {
    assertThat(receipts.find(APPLYING, 2)).isEmpty();
    assertThat(take(MINE, NOW, END)).isTrue();
    assertThat(item())
        .isEqualTo(
            Map.of(
                "pk", "S:" + PK,
                "v", "N:1",
                "sk", "S:" + SK,
                "status", "S:leased",
                "generation", "S:" + GENERATION,
                "base", "S:none",
                "leaseOwner", "S:me",
                "leaseEnd", "N:1795442550250",
                "ttl", "N:1800626400"));
    assertThat(now())
        .isEqualTo(
            new Receipt(
                2, GENERATION, new Receipt.Leased(END.toEpochMilli()), null, false, 0, null));
  }

  @Test
  void take_whileAnotherLeaseStands_isRefusedUntilItsEnd() {
    take(MINE, NOW, END);
    assertThat(take(THEIRS, END, END.plusSeconds(1))).isFalse();
    assertThat(take(THEIRS, END.plusMillis(1), END.plusSeconds(1))).isTrue();
    assertThat(receipts.missing(MINE, null, "late")).isFalse();
  }

  /** As the SDK does, when an answer was lost. */
  @Test
  void take_askedOnceMore_hasIt() {
    assertThat(receipts.takeFirst(MINE, NOW, END)).isTrue();
    assertThat(receipts.takeFirst(MINE, NOW, END)).isTrue();
    assertThat(receipts.takeFirst(THEIRS, NOW, END)).isFalse();
    Receipt free = released();
    assertThat(receipts.take(THEIRS, free, NOW, END)).isTrue();
    assertThat(receipts.take(THEIRS, free, NOW, END)).isTrue();
    assertThat(receipts.take(MINE, free, NOW, END)).isFalse();
    receipts.missing(THEIRS, "v1", "cut off");
    Receipt missing = now();
    assertThat(receipts.take(LATER, missing, NOW, END)).isTrue();
    assertThat(receipts.take(LATER, missing, NOW, END)).isTrue();
    assertThat(receipts.take(MINE, missing, NOW, END)).isFalse();
  }

  private Receipt released() {
    receipts.release(MINE, null);
    return now();
  }

  @Test
  void take_missing_isTakenAgain() {
    take(MINE, NOW, END);
    receipts.missing(MINE, "v1", "cut off");
    assertThat(take(THEIRS, NOW, END)).isTrue();
    assertThat(now().unreadable()).isEqualTo(1);
  }

  @Test
  void release_ownLease_freesItAtOnce() {
    take(MINE, NOW, END);
    receipts.release(MINE, null);
    assertThat(now())
        .isEqualTo(new Receipt(2, GENERATION, new Receipt.Leased(0), null, false, 0, null));
    assertThat(take(THEIRS, NOW, END)).isTrue();
    receipts.release(MINE, "lost");
    assertThat(now().outcome()).isEqualTo(new Receipt.Leased(END.toEpochMilli()));
    receipts.release(THEIRS, "throttled");
    assertThat(now().lastError()).isEqualTo("throttled");
    receipts.release(THEIRS, null);
    assertThat(now().lastError()).isEqualTo("throttled");
  }

  @Test
  void apply_ownLease_isThisItem() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(MINE, NOW, END);
    receipts.missing(MINE, "v1", "cut off");
    take(MINE, NOW, END);
    assertThat(receipts.apply(MINE, BLOCKS, NOW)).isTrue();
    assertThat(now()).isEqualTo(new Receipt(2, GENERATION, APPLIED, null, false, 1, null));
    HexFormat hex = HexFormat.of();
    assertThat(item())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:" + PK),
                Map.entry("v", "N:1"),
                Map.entry("sk", "S:" + SK),
                Map.entry("status", "S:applied"),
                Map.entry("generation", "S:" + GENERATION),
                Map.entry("base", "S:none"),
                Map.entry("ttl", "N:1800626400"),
                Map.entry("unreadable", "N:1"),
                Map.entry("segmentDigest", "B:" + DIGEST.hex())));
    String blocks = SK + "#" + DIGEST.hex();
    assertThat(sample.raw.show(BLOCKS_PK, blocks))
        .isEqualTo(
            Map.of(
                "pk", "S:" + BLOCKS_PK,
                "v", "N:1",
                "sk", "S:" + blocks,
                "segmentDigest", "B:" + DIGEST.hex(),
                "written", "B:" + hex.formatHex(BLOCKS.written().toBytes()),
                "digests", "B:" + DIGEST.hex() + OTHER_DIGEST.hex(),
                "ttl", "N:1800626400"));
    assertThat(take(THEIRS, END.plusSeconds(1), END.plusSeconds(9))).isFalse();
    assertThat(receipts.apply(MINE, BLOCKS, NOW)).isFalse();
  }

  @Test
  void apply_diskWentOn_writesNothing() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(MINE, NOW, END);
    sample.state.disks().beginCompleting(APPLYING);
    assertThat(receipts.apply(MINE, BLOCKS, NOW)).isFalse();
    assertThat(now().outcome()).isInstanceOf(Receipt.Leased.class);
  }

  @Test
  void apply_newerGeneration_writesNothing() {
    RunDisk newer = Sample.disk(1, NEWER, RunDisk.State.APPLYING);
    sample.commits(sample.state.disks().put(newer, null));
    take(MINE, NOW, END);
    assertThat(receipts.apply(MINE, BLOCKS, NOW)).isFalse();
  }

  @Test
  void apply_lostLease_writesNothing() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(THEIRS, NOW, END);
    assertThat(receipts.apply(MINE, BLOCKS, NOW)).isFalse();
  }

  @Test
  void applied_blocksOfASegmentThatWasNotApplied_countForNothing() {
    sample.commits(sample.state.disks().put(LARGE, null));
    SegmentBlocks other = new SegmentBlocks(OTHER_DIGEST, BlockBitmap.EMPTY, List.of());
    Receipts.Lease first = new Receipts.Lease(LARGE, 2, GENERATION, "me");
    take(first, NOW, END);
    assertThat(receipts.apply(new Receipts.Lease(LARGE, 2, GENERATION, "they"), other, NOW))
        .isFalse();
    assertThat(receipts.applied(LARGE)).isEmpty();

    assertThat(receipts.apply(first, BLOCKS, NOW)).isTrue();
    Receipts.Lease far = new Receipts.Lease(LARGE, 2999, GENERATION, "me");
    take(far, NOW, END);
    assertThat(receipts.apply(far, other, NOW)).isTrue();
    assertThat(receipts.applied(LARGE))
        .containsExactly(new AppliedExtent(2, BLOCKS), new AppliedExtent(2999, other));
    assertThat(sample.raw.show("RECEIPT#sms-run-00000001#" + DISK + "#1#0002", "0002999"))
        .containsEntry("status", "S:applied");
  }

  @Test
  void applied_withoutItsBlocks_isNeverTakenAsUnchanged() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(MINE, NOW, END);
    receipts.apply(MINE, BLOCKS, NOW);
    sample.raw.delete(BLOCKS_PK, SK + "#" + DIGEST.hex());
    assertThatThrownBy(() -> receipts.applied(APPLYING).toList())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("extent 2 ");
  }

  @Test
  void missing_again_isCounted() {
    take(MINE, NOW, END);
    assertThat(receipts.missing(MINE, "v1", "cut off")).isTrue();
    assertThat(now())
        .isEqualTo(
            new Receipt(2, GENERATION, new Receipt.Missing("v1"), null, false, 1, "cut off"));
    assertThat(receipts.missing(MINE, "v1", "cut off")).isFalse();
    take(MINE, NOW, END);
    assertThat(receipts.missing(MINE, null, "gone")).isTrue();
    assertThat(now())
        .isEqualTo(new Receipt(2, GENERATION, new Receipt.Missing(null), null, false, 2, "gone"));
    assertThat(item()).doesNotContainKeys("leaseOwner", "leaseEnd", "unreadableObject");
  }

  @Test
  void list_ofAnEpoch_areAscending() {
    take(new Receipts.Lease(APPLYING, 10, GENERATION, "me"), NOW, END);
    take(MINE, NOW, END);
    RunDisk secondEpoch = Sample.disk(2, GENERATION, RunDisk.State.APPLYING);
    take(new Receipts.Lease(secondEpoch, 1, GENERATION, "me"), NOW, END);
    assertThat(receipts.list(APPLYING)).extracting(Receipt::extent).containsExactly(2, 10);
    assertThat(receipts.list(secondEpoch)).extracting(Receipt::extent).containsExactly(1);
  }

  @Test
  void read_unknownStatus_isRefused() {
    sample.raw.put(PK, SK, "status", "lent");
    sample.raw.set(PK, SK, "generation", GENERATION.value());
    assertThatThrownBy(() -> receipts.find(APPLYING, 2))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("a receipt has the unknown status 'lent'");
  }

  @Test
  void read_withoutDigests_isRefused() {
    sample.raw.put(PK, SK, "status", "applied");
    sample.raw.set(PK, SK, "generation", GENERATION.value());
    assertThatThrownBy(() -> receipts.find(APPLYING, 2))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("the receipt " + PK + " / " + SK + " has no segmentDigest");
  }

  @Test
  void applied_notOneDigestABlock_isRefused() {
    assertThatThrownBy(() -> new SegmentBlocks(DIGEST, BlockBitmap.EMPTY.with(0), List.of()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("a segment has 0 digests for 1 blocks");
  }

  @Test
  void take_overWhatAnotherGenerationApplied_keepsItInMind() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(MINE, NOW, END);
    receipts.apply(MINE, BLOCKS, NOW);
    sample.commits(sample.state.disks().goOn(APPLYING, LATER.disk()));

    assertThat(take(LATER, NOW, END)).isTrue();
    assertThat(now())
        .isEqualTo(
            new Receipt(
                2,
                LATER.disk().generation(),
                new Receipt.Leased(END.toEpochMilli()),
                DIGEST,
                false,
                0,
                null));
    assertThat(receipts.lastBlocks(LATER.disk(), new ExtentGroup(0), List.of(now())))
        .containsEntry(2, BLOCKS);

    SegmentBlocks next =
        new SegmentBlocks(OTHER_DIGEST, BlockBitmap.EMPTY.with(0), List.of(OTHER_DIGEST));
    assertThat(receipts.apply(LATER, next, NOW)).isTrue();
    assertThat(now().outcome()).isEqualTo(new Receipt.Applied(OTHER_DIGEST, null));
    assertThat(now().earlier()).isNull();
    assertThat(receipts.applied(LATER.disk()).toList()).containsExactly(new AppliedExtent(2, next));
  }

  @Test
  void take_overWhatAnotherGenerationHadBegun_isUnsureUntilItIsApplied() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(MINE, NOW, END);
    receipts.release(MINE, "throttled");
    sample.commits(sample.state.disks().goOn(APPLYING, LATER.disk()));

    assertThat(take(LATER, NOW, END)).isTrue();
    assertThat(now().unsure()).isTrue();
    receipts.release(LATER, "throttled");
    assertThat(take(LATER, NOW, END)).isTrue();
    assertThat(now().unsure()).isTrue();
    assertThat(receipts.apply(LATER, BLOCKS, NOW)).isTrue();
    assertThat(now().unsure()).isFalse();
  }

  @Test
  void restore_ofALeaseUnderWhichNothingWasPut_leavesWhatWasApplied() {
    sample.commits(sample.state.disks().put(APPLYING, null));
    take(MINE, NOW, END);
    receipts.apply(MINE, BLOCKS, NOW);
    sample.commits(sample.state.disks().goOn(APPLYING, LATER.disk()));
    Receipt seen = now();
    take(LATER, NOW, END);

    assertThat(receipts.restore(LATER, seen, "v2")).isTrue();
    assertThat(now())
        .isEqualTo(
            new Receipt(2, GENERATION, new Receipt.Applied(DIGEST, "v2"), null, false, 0, null));
    assertThat(receipts.restore(LATER, seen, "v2")).isFalse();
  }
}
