package dev.drover.functions.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.SnapshotNotWritableException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.SegmentBlocks;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentApplierTest {
  private static final long TWO_EXTENTS = DiskGeometry.EXTENT_BYTES + 3 * 524_288L + 700;

  private final TestDisk disk = new TestDisk("root.img", TWO_EXTENTS).fill(1, 7).fill(130, 8);
  private final World world = World.withServer(List.of(disk));
  private final Job job = world.job();
  private final ScriptedConnector connector = new ScriptedConnector(world);
  private final ReportFunction reports = new ReportFunction(world);
  private final SegmentFunction function = new SegmentFunction(world);
  private final RunReference run = world.beginNext(job.id());
  private final Generation generation = world.generation("first");
  private final Receipts receipts = world.state.receipts();

  private void openAndSend() {
    new SnapshotFunctions(world).prepare(run, 1);
    reports.report(connector.opened(run, generation, List.of(disk)));
    connector.send(run, generation, disk, null);
  }

  private Receipt.Outcome outcome(int extent) {
    return receipts.find(world.runDisk(run, disk.id()), extent).orElseThrow().outcome();
  }

  @Test
  void apply_allSegments_putsEveryBlock() {
    openAndSend();
    connector.staged().forEach(function::deliver);
    List<Digest> expected = disk.digests();
    Map<Integer, Digest> written = world.ebs.blocks(world.runDisk(run, disk.id()).snapshotId());
    assertThat(written).hasSize(expected.size());
    for (int block = 0; block < expected.size(); block++) {
      assertThat(written.get(block)).isEqualTo(expected.get(block));
    }
    assertThat(outcome(1)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_sameEventsThriceAndInReverse_putsEachBlockOnce() {
    openAndSend();
    connector.staged().forEach(function::deliver);
    List<String> reversed = new ArrayList<>(connector.staged());
    Collections.reverse(reversed);
    reversed.forEach(function::deliver);
    connector.staged().forEach(function::deliver);
    assertThat(world.ebs.puts()).isEqualTo(disk.geometry().blockCount());
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_afterDiskStoppedApplying_putsNothing() {
    openAndSend();
    world.state.disks().beginCompleting(world.runDisk(run, disk.id()));
    connector.staged().forEach(function::deliver);
    assertThat(world.ebs.puts()).isZero();
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_snapshotGivenBack_putsNothingAndIsAppliedInTheNextEpoch() {
    openAndSend();
    connector.staged().forEach(function::deliver);
    RunDisk given = world.runDisk(run, disk.id());
    world.state.transaction().with(world.state.disks().giveBack(given)).commit();
    int before = world.ebs.puts();
    function.deliver(connector.staged().getFirst());
    assertThat(world.ebs.puts()).isEqualTo(before);
    assertThat(world.queues.take()).as("it comes again while the run is at work").hasSize(1);

    SnapshotId next = world.ebs.start(null, Map.of());
    RunDisk restarted = given.restarted(2, next, world.instant());
    world.state.transaction().with(world.state.disks().put(restarted, given)).commit();
    connector.staged().forEach(function::deliver);
    assertThat(world.ebs.blocks(next)).hasSize(disk.geometry().blockCount());
  }

  @Test
  void apply_afterRunEnded_putsNothing() {
    openAndSend();
    world.fail(run);
    connector.staged().forEach(function::deliver);
    assertThat(world.ebs.puts()).isZero();
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_beforeGenerationIsAnnounced_waitsAndIsAppliedLater() {
    new SnapshotFunctions(world).prepare(run, 1);
    connector.send(run, generation, disk, null);
    String key = connector.staged().getFirst();
    function.deliver(key);
    InMemoryQueues.Sent waiting = world.queues.take().getFirst();
    assertThat(waiting.delaySeconds()).isEqualTo(2);
    assertThat(waiting.queueUrl()).as("its environment's").isEqualTo(world.segmentQueueUrl);
    assertThat(StagedEvent.parse(waiting.body()))
        .containsExactly(new StagedEvent(World.BUCKET, key));

    reports.report(connector.opened(run, generation, List.of(disk)));
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_neverAnnounced_isGivenUpAfterAWhile() {
    new SnapshotFunctions(world).prepare(run, 1);
    connector.send(run, generation, disk, null);
    function.deliver(connector.staged().getFirst());
    List<InMemoryQueues.Sent> sent = world.queues.take();
    int times = 0;
    while (!sent.isEmpty()) {
      times++;
      world.pass(Duration.ofSeconds(sent.getFirst().delaySeconds()));
      function.deliver(sent.getFirst());
      sent = world.queues.take();
    }
    assertThat(times).isBetween(10, 14);
  }

  @Test
  void apply_olderGenerationOrOtherBase_isDropped() {
    new SnapshotFunctions(world).prepare(run, 1);
    reports.report(connector.opened(run, generation, List.of(disk)));
    connector.send(run, generation, disk, null);
    world.pass(Duration.ofMinutes(1));
    reports.report(connector.opened(run, world.generation("second"), List.of(disk)));
    connector.staged().forEach(function::deliver);
    assertThat(world.ebs.puts()).isZero();
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_newerGenerationOfAClockThatIsBehind_waitsAndIsAppliedLater() {
    new SnapshotFunctions(world).prepare(run, 1);
    reports.report(connector.opened(run, generation, List.of(disk)));
    Generation behind = Generation.of(World.START.minus(Duration.ofDays(10)), "behind");
    connector.send(run, behind, disk, null);
    String key = connector.staged().getFirst();

    function.deliver(key);
    InMemoryQueues.Sent waiting = world.queues.take().getFirst();
    reports.report(connector.opened(run, behind, List.of(disk)));
    function.deliver(waiting);

    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_olderGenerationOfAClockThatWasAhead_isDroppedAndDoesNotWait() {
    new SnapshotFunctions(world).prepare(run, 1);
    Generation ahead = Generation.of(World.START.plus(Duration.ofDays(10)), "ahead");
    reports.report(connector.opened(run, ahead, List.of(disk)));
    connector.send(run, ahead, disk, null);
    reports.report(connector.opened(run, generation, List.of(disk)));

    connector.staged().forEach(function::deliver);

    assertThat(world.ebs.puts()).isZero();
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_keyOfAnotherEnvironmentOrBucket_isDropped() {
    openAndSend();
    String foreign = connector.staged().getFirst().replace("staging/site/", "staging/other/");
    world.objects.put(foreign, world.objects.bytes(connector.staged().getFirst()));
    function.deliver(foreign);
    assertThat(world.ebs.puts()).isZero();
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_whileAnotherLeaseStands_waitsUntilItEnds() {
    openAndSend();
    Instant now = world.instant();
    Receipts.Lease other =
        new Receipts.Lease(world.runDisk(run, disk.id()), 0, generation, "another function");
    assertThat(receipts.takeFirst(other, now, now.plusSeconds(150))).isTrue();
    function.deliver(connector.staged().getFirst());
    InMemoryQueues.Sent waiting = world.queues.take().getFirst();
    assertThat(world.ebs.puts()).isZero();

    world.pass(Duration.ofSeconds(151));
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
    // Who lost the lease can write nothing any more.
    assertThat(receipts.missing(other, null, "late")).isFalse();
    receipts.release(other, "late");
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 20, 60, 200, 2000, -1, -9})
  void apply_flippedBit_recordsMissingAndIsAppliedWhenSentAgain(int offset) {
    openAndSend();
    String key = connector.staged().getFirst();
    byte[] sound = world.objects.bytes(key);
    world.objects.flipBit(key, offset);
    function.deliver(key);
    assertThat(outcome(0)).isInstanceOf(Receipt.Missing.class);
    assertThat(world.queues.take()).isEmpty();

    world.pass(Duration.ofSeconds(5));
    world.objects.put(key, sound);
    function.deliver(key);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_cutObject_recordsMissingWithReasonAndCount() {
    openAndSend();
    String key = connector.staged().getFirst();
    world.objects.cut(key, 100);
    function.deliver(key);
    function.deliver(key);
    Receipt receipt = receipts.find(world.runDisk(run, disk.id()), 0).orElseThrow();
    assertThat(receipt.unreadable()).isEqualTo(2);
    assertThat(receipt.lastError()).contains(key);
  }

  @Test
  void apply_objectGone_recordsMissing() {
    openAndSend();
    String key = connector.staged().getFirst();
    world.objects.delete(List.of(key));
    function.deliver(key);
    assertThat(outcome(0)).isEqualTo(new Receipt.Missing(null));
  }

  @Test
  void apply_segmentOfAnotherExtentUnderTheKey_recordsMissing() {
    openAndSend();
    List<String> keys = connector.staged();
    world.objects.put(keys.get(0), world.objects.bytes(keys.get(1)));
    function.deliver(keys.get(0));
    assertThat(outcome(0)).isInstanceOf(Receipt.Missing.class);
  }

  @Test
  void apply_throttled_givesLeaseBackAndWaits() {
    openAndSend();
    world.ebs.failNextPut(new TransientException("Rate exceeded"));
    function.deliver(connector.staged().getFirst());
    InMemoryQueues.Sent waiting = world.queues.take().getFirst();
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_nobodyHeardThatTheLeaseWasTaken_givesItBack() {
    openAndSend();
    world.loseAnswers(1);
    function.deliver(connector.staged().getFirst());
    assertThat(outcome(0)).isEqualTo(new Receipt.Leased(0));
    function.deliver(world.queues.take().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_snapshotNotThereForTwoMinutes_isMissingAfterwards() {
    openAndSend();
    RunDisk runDisk = world.runDisk(run, disk.id());
    for (int i = 0; i < 20; i++) {
      world.ebs.failNextPut(
          new SnapshotNotWritableException(
              runDisk.snapshotId(), new IllegalStateException("does not exist")));
    }
    function.deliver(connector.staged().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Leased.class);
    InMemoryQueues.Sent waiting = world.queues.take().getFirst();
    world.pass(Duration.ofSeconds(121));
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Missing.class);
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void apply_failureThatDoesNotPass_givesLeaseBackWithIt() {
    openAndSend();
    world.ebs.failNextPut(new RefusedException("AccessDeniedException", "no such right"));
    String key = connector.staged().getFirst();
    assertThatThrownBy(() -> function.deliver(key)).isInstanceOf(RefusedException.class);
    assertThat(outcome(0)).isEqualTo(new Receipt.Leased(0));
    Receipt receipt = receipts.find(world.runDisk(run, disk.id()), 0).orElseThrow();
    assertThat(receipt.lastError()).contains("no such right");
  }

  @Test
  void receipt_whateverBecomesOfIt_isKeptSixtyDaysFromItsLease() {
    openAndSend();
    long expected = world.instant().plus(Duration.ofDays(60)).getEpochSecond();
    function.deliver(connector.staged().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
    String pk = "RECEIPT#" + run.runId() + "#" + disk.id() + "#1#0000";
    assertThat(world.raw.number(pk, ObjectKeys.extentText(0), "ttl")).isEqualTo(expected);
  }

  @Test
  void apply_outOfTime_givesLeaseBack() {
    openAndSend();
    SegmentOutcome outcome =
        function.applier().apply(connector.staged().getFirst(), world.instant(), world.instant());
    assertThat(outcome).isInstanceOf(SegmentOutcome.Postponed.class);
    function.deliver(connector.staged().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void receipt_diskStoppedWhileBlocksWerePut_isNotApplied() {
    openAndSend();
    Instant now = world.instant();
    RunDisk runDisk = world.runDisk(run, disk.id());
    Receipts.Lease lease = new Receipts.Lease(runDisk, 0, generation, "me");
    assertThat(receipts.takeFirst(lease, now, now.plusSeconds(150))).isTrue();
    world.state.disks().beginCompleting(runDisk);
    SegmentBlocks blocks =
        new SegmentBlocks(Digest.ofText("segment"), BlockBitmap.EMPTY, List.of());
    assertThat(receipts.apply(lease, blocks, now)).isFalse();
    assertThat(outcome(0)).isInstanceOf(Receipt.Leased.class);
  }

  @Test
  void parse_testEvent_isNoNews() {
    assertThat(
            StagedEvent.parse(
                "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}"))
        .isEmpty();
  }

  @Test
  void parse_encodedKeyAndOtherEvents_decodesAndSkips() {
    String body =
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},"
            + "\"object\":{\"key\":\"staging/a%2Bb+c\"}}},{\"eventName\":\"ObjectRemoved:Delete\"}]}";
    assertThat(StagedEvent.parse(body)).containsExactly(new StagedEvent("b", "staging/a+b c"));
  }

  @Test
  void parse_somethingElse_isRefused() {
    assertThatThrownBy(() -> StagedEvent.parse("{}")).isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> StagedEvent.parse("Hello"))
        .isInstanceOf(InvalidMessageException.class);
  }
}
