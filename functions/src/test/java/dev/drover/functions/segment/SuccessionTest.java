package dev.drover.functions.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.AppliedExtent;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.Segment;
import dev.drover.protocol.format.SegmentBuilder;
import dev.drover.protocol.format.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Generations that go on into the same snapshot: what may be put over what. */
final class SuccessionTest {
  private static final int BLOCKS = 8;

  private final TestDisk disk = new TestDisk("root.img", BLOCKS * (long) DiskGeometry.BLOCK_BYTES);
  private final World world = World.withServer(List.of(disk));
  private final ScriptedConnector connector = new ScriptedConnector(world);
  private final ReportFunction reports = new ReportFunction(world);
  private final SegmentFunction function = new SegmentFunction(world);
  private final RunReference run = world.beginNext(world.job().id());

  /** What a segment does with a block: writes that content, or keeps it. */
  private record Block(int block, long content, boolean kept) {
    byte[] data() {
      return new TestDisk("x", BLOCKS * (long) DiskGeometry.BLOCK_BYTES)
          .fill(block, content)
          .data(block);
    }

    Digest digest() {
      return Digest.of(data());
    }
  }

  private static Block wrote(int block, long content) {
    return new Block(block, content, false);
  }

  private static Block kept(int block, long content) {
    return new Block(block, content, true);
  }

  private Generation open(String name) {
    Generation generation = world.generation(name);
    reports.report(connector.opened(run, generation, List.of(disk)));
    return generation;
  }

  private Digest apply(Generation generation, @Nullable Digest follows, Block... blocks) {
    SegmentCoordinates at = at(generation);
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      for (Block block : blocks) {
        if (block.kept()) {
          builder.addKept(block.block(), block.digest());
        } else {
          builder.addData(block.block(), block.digest(), block.data());
        }
      }
      Segment segment =
          builder.build(
              new SegmentHeader(at, Digest.NEVER_WRITTEN, disk.sizeBytes(), false, follows));
      world.objects.put(ObjectKeys.segment(at), segment.openStream().readAllBytes());
      function.deliver(ObjectKeys.segment(at));
      return segment.digest();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private SegmentCoordinates at(Generation generation) {
    return new SegmentCoordinates(
        new dev.drover.protocol.DiskDelta(
            World.SITE, run.jobId(), run.runId(), disk.id(), null, generation),
        0);
  }

  private Receipt receipt() {
    return world.state.receipts().find(runDisk(), 0).orElseThrow();
  }

  private RunDisk runDisk() {
    return world.runDisk(run, disk.id());
  }

  private Map<Integer, Digest> snapshot() {
    return world.ebs.blocks(runDisk().snapshotId());
  }

  private void prepared() {
    new SnapshotFunctions(world).prepare(run, 1);
  }

  @Test
  void apply_followsWhatWasAppliedLast_putsOnlyWhatDiffersAndReceiptsAll() {
    prepared();
    Digest first = apply(open("one"), null, wrote(1, 10), wrote(3, 30), wrote(7, 70));
    int before = world.ebs.puts();

    Digest second = apply(open("two"), first, kept(1, 10), wrote(3, 31), wrote(5, 50), kept(7, 70));

    assertThat(world.ebs.puts() - before).isEqualTo(2);
    assertThat(snapshot())
        .isEqualTo(
            Map.of(
                1, wrote(1, 10).digest(),
                3, wrote(3, 31).digest(),
                5, wrote(5, 50).digest(),
                7, wrote(7, 70).digest()));
    List<AppliedExtent> applied = world.state.receipts().applied(runDisk()).toList();
    assertThat(applied).hasSize(1);
    assertThat(applied.getFirst().blocks().segmentDigest()).isEqualTo(second);
    assertThat(applied.getFirst().blocks().digests())
        .containsExactly(
            wrote(1, 10).digest(),
            wrote(3, 31).digest(),
            wrote(5, 50).digest(),
            wrote(7, 70).digest());
  }

  @Test
  void apply_leavesOutWhatWasWritten_isRefusedAndNothingIsPut() {
    prepared();
    Digest first = apply(open("one"), null, wrote(1, 10), wrote(3, 30));
    int before = world.ebs.puts();

    apply(open("two"), first, wrote(1, 11));

    assertThat(world.ebs.puts()).isEqualTo(before);
    assertThat(receipt().outcome())
        .isInstanceOfSatisfying(
            Receipt.Applied.class,
            it -> {
              assertThat(it.segmentDigest()).isEqualTo(first);
              assertThat(it.refusedObject()).isNotNull();
            });
  }

  @Test
  void apply_keepsWhatTheSnapshotHasNot_isRefused() {
    prepared();
    Digest first = apply(open("one"), null, wrote(1, 10));
    int before = world.ebs.puts();

    apply(open("two"), first, kept(1, 11), wrote(2, 20));

    assertThat(world.ebs.puts()).isEqualTo(before);
    assertThat(receipt().outcome()).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_followsNoneOverWhatWasWritten_isRefusedUnlessItCarriesAll() {
    prepared();
    apply(open("one"), null, wrote(1, 10), wrote(3, 30));
    Generation second = open("two");
    apply(second, null, wrote(1, 11), wrote(3, 30));
    assertThat(receipt().generation()).isNotEqualTo(second);

    List<Block> all = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      all.add(wrote(block, 100 + block));
    }
    apply(second, null, all.toArray(Block[]::new));
    assertThat(receipt().generation()).isEqualTo(second);
    assertThat(snapshot()).hasSize(BLOCKS).containsEntry(3, wrote(3, 103).digest());
  }

  @Test
  void apply_followsAnotherThanTheLast_isRefused() {
    prepared();
    apply(open("one"), null, wrote(1, 10));
    int before = world.ebs.puts();

    apply(open("two"), Digest.ofText("never applied"), kept(1, 10), wrote(2, 20));

    assertThat(world.ebs.puts()).isEqualTo(before);
  }

  @Test
  void apply_overWhatNobodyKnowsHowFarItCame_needsAllBlocks() {
    prepared();
    Generation first = open("one");
    world.ebs.failNextPut(new dev.drover.functions.account.TransientException("slow down"));
    apply(first, null, wrote(1, 10), wrote(2, 20));
    assertThat(receipt().outcome()).isInstanceOf(Receipt.Leased.class);

    Generation second = open("two");
    apply(second, null, wrote(1, 11));
    assertThat(receipt().outcome()).isInstanceOf(Receipt.Missing.class);
    assertThat(receipt().unsure()).isTrue();

    List<Block> all = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      all.add(wrote(block, 100 + block));
    }
    apply(second, null, all.toArray(Block[]::new));
    assertThat(receipt().outcome()).isInstanceOf(Receipt.Applied.class);
    assertThat(receipt().unsure()).isFalse();
  }

  /** The snapshot is lost, and the disk gets another. */
  private void loseSnapshot() {
    RunDisk lost = runDisk();
    world.state.transaction().with(world.state.disks().giveBack(lost)).commit();
    SnapshotId next = world.ebs.start(null, Map.of());
    RunDisk restarted = lost.restarted(lost.epoch() + 1, next, world.instant());
    world.state.transaction().with(world.state.disks().put(restarted, lost)).commit();
  }

  private void deliver(Generation generation) {
    function.deliver(ObjectKeys.segment(at(generation)));
  }

  @Test
  void apply_intoAnotherSnapshot_getsWhatItKeepsFromTheSegmentsBefore() {
    prepared();
    Digest first = apply(open("one"), null, wrote(1, 10), wrote(3, 30), wrote(6, 60));
    Digest second = apply(open("two"), first, kept(1, 10), wrote(3, 31), kept(6, 60));
    Generation third = open("three");
    apply(third, second, kept(1, 10), kept(3, 31), wrote(6, 61));
    Map<Integer, Digest> had = snapshot();

    loseSnapshot();
    assertThat(snapshot()).isEmpty();
    int before = world.ebs.puts();
    deliver(third);

    assertThat(snapshot()).isEqualTo(had).hasSize(3);
    assertThat(world.ebs.puts() - before).as("each block once").isEqualTo(3);
    assertThat(receipt().outcome()).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_olderGenerationIntoAnotherSnapshot_isWhatTheNewestGoesOnFrom() {
    prepared();
    Generation one = open("one");
    Digest first = apply(one, null, wrote(1, 10), wrote(3, 30));
    Generation two = open("two");
    loseSnapshot();

    deliver(one);
    assertThat(snapshot()).hasSize(2);
    assertThat(receipt().generation()).isEqualTo(one);
    int before = world.ebs.puts();
    apply(two, first, kept(1, 10), wrote(3, 31));

    assertThat(world.ebs.puts() - before).isEqualTo(1);
    assertThat(snapshot()).isEqualTo(Map.of(1, wrote(1, 10).digest(), 3, wrote(3, 31).digest()));
    assertThat(receipt().generation()).isEqualTo(two);
  }

  @Test
  void apply_olderGenerationThatWasReplaced_putsWhatReplacedIt() {
    prepared();
    Generation one = open("one");
    Digest first = apply(one, null, wrote(1, 10), wrote(3, 30));
    Generation two = open("two");
    apply(two, first, wrote(1, 11), kept(3, 30));
    open("three");
    loseSnapshot();

    deliver(one);

    assertThat(snapshot()).isEqualTo(Map.of(1, wrote(1, 11).digest(), 3, wrote(3, 30).digest()));
    assertThat(receipt().generation()).isEqualTo(two);
  }

  @Test
  void apply_whatTheNewestGoesOnFromIsGone_isMissing() {
    prepared();
    Generation one = open("one");
    apply(one, null, wrote(1, 10));
    Generation two = open("two");
    loseSnapshot();
    world.objects.delete(List.of(ObjectKeys.segment(at(one))));

    deliver(one);
    assertThat(receipt().outcome()).isEqualTo(new Receipt.Missing(null));
    assertThat(receipt().generation()).isEqualTo(two);
    assertThat(receipt().lastError()).isEqualTo("the segment that it goes on from is gone");
    assertThat(snapshot()).isEmpty();
  }

  @Test
  void apply_keepsFromASegmentThatIsGone_isMissing() {
    prepared();
    Generation one = open("one");
    Digest first = apply(one, null, wrote(1, 10));
    Generation two = open("two");
    apply(two, first, kept(1, 10), wrote(2, 20));
    loseSnapshot();
    world.objects.delete(List.of(ObjectKeys.segment(at(one))));

    deliver(two);

    assertThat(receipt().outcome()).isInstanceOf(Receipt.Missing.class);
    assertThat(receipt().lastError()).contains("it follows segment", "which is not in staging");
  }
}
