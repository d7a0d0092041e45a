package dev.drover.functions.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.SnapshotNotWritableException;
import dev.drover.functions.account.TestDisk;
import dev.drover.functions.account.TestRun;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
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
  private final TestRun account = new TestRun(List.of(disk));
  private final SegmentFunction function = new SegmentFunction(account);
  private final RunId run = account.beginRun();
  private final Generation generation = account.generation("first");
  private final Receipts receipts = account.state.receipts();

  private void openAndSend() {
    new SnapshotFunctions(account).prepare(run, 1);
    account.open(run, generation, 1, List.of(disk));
    account.send(run, generation, disk, null);
  }

  private Receipt.Outcome outcome(int extent) {
    return receipts.find(account.runDisk(run, disk.id()), extent).orElseThrow().outcome();
  }

  @Test
  void apply_allSegments_putsEveryBlock() {
    openAndSend();
    function.deliverAll();
    List<Digest> expected = disk.digests();
    Map<Integer, Digest> written = account.ebs.blocks(account.runDisk(run, disk.id()).snapshotId());
    assertThat(written).hasSize(expected.size());
    for (int block = 0; block < expected.size(); block++) {
      assertThat(written.get(block)).isEqualTo(expected.get(block));
    }
    assertThat(outcome(1)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_sameEventsThriceAndInReverse_putsEachBlockOnce() {
    openAndSend();
    function.deliverAll();
    List<String> reversed = new ArrayList<>(account.staged());
    Collections.reverse(reversed);
    reversed.forEach(function::deliver);
    function.deliverAll();
    assertThat(account.ebs.puts()).isEqualTo(disk.geometry().blockCount());
    assertThat(account.queues.take()).isEmpty();
  }

  @Test
  void apply_afterDiskStoppedApplying_putsNothing() {
    openAndSend();
    account.state.disks().beginCompleting(account.runDisk(run, disk.id()));
    function.deliverAll();
    assertThat(account.ebs.puts()).isZero();
    assertThat(account.queues.take()).isEmpty();
  }

  @Test
  void apply_afterRunEnded_putsNothing() {
    openAndSend();
    account.fail(run);
    function.deliverAll();
    assertThat(account.ebs.puts()).isZero();
    assertThat(account.queues.take()).isEmpty();
  }

  @Test
  void apply_beforeGenerationIsAnnounced_waitsAndIsAppliedLater() {
    new SnapshotFunctions(account).prepare(run, 1);
    account.send(run, generation, disk, null);
    String key = account.staged().getFirst();
    function.deliver(key);
    InMemoryQueues.Sent waiting = account.queues.take().getFirst();
    assertThat(waiting.delaySeconds()).isEqualTo(2);
    assertThat(StagedEvent.parse(waiting.body()))
        .containsExactly(new StagedEvent(TestRun.BUCKET, key));

    account.open(run, generation, 1, List.of(disk));
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_neverAnnounced_isGivenUpAfterAWhile() {
    new SnapshotFunctions(account).prepare(run, 1);
    account.send(run, generation, disk, null);
    function.deliver(account.staged().getFirst());
    List<InMemoryQueues.Sent> sent = account.queues.take();
    int times = 0;
    while (!sent.isEmpty()) {
      times++;
      account.clock.advance(Duration.ofSeconds(sent.getFirst().delaySeconds()));
      function.deliver(sent.getFirst());
      sent = account.queues.take();
    }
    assertThat(times).isBetween(30, 40);
  }

  @Test
  void apply_olderGenerationOrOtherBase_isDropped() {
    new SnapshotFunctions(account).prepare(run, 1);
    account.open(run, generation, 1, List.of(disk));
    account.send(run, generation, disk, null);
    account.clock.advance(Duration.ofMinutes(1));
    account.open(run, account.generation("second"), 2, List.of(disk));
    function.deliverAll();
    assertThat(account.ebs.puts()).isZero();
    assertThat(account.queues.take()).isEmpty();
  }

  @Test
  void apply_keyOfAnotherEnvironmentOrBucket_isDropped() {
    openAndSend();
    String foreign = account.staged().getFirst().replace("staging/site/", "staging/other/");
    account.objects.put(foreign, account.objects.bytes(account.staged().getFirst()));
    function.deliver(foreign);
    assertThat(account.ebs.puts()).isZero();
    assertThat(account.queues.take()).isEmpty();
  }

  @Test
  void apply_whileAnotherLeaseStands_waitsUntilItEnds() {
    openAndSend();
    Instant now = account.clock.instant();
    Receipts.Lease other =
        new Receipts.Lease(account.runDisk(run, disk.id()), 0, "another function");
    assertThat(receipts.take(other, now, now.plusSeconds(150))).isTrue();
    function.deliver(account.staged().getFirst());
    InMemoryQueues.Sent waiting = account.queues.take().getFirst();
    assertThat(account.ebs.puts()).isZero();

    account.clock.advance(Duration.ofSeconds(151));
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
    String key = account.staged().getFirst();
    byte[] sound = account.objects.bytes(key);
    account.objects.flipBit(key, offset);
    function.deliver(key);
    assertThat(outcome(0)).isInstanceOf(Receipt.Missing.class);
    assertThat(account.queues.take()).isEmpty();

    account.clock.advance(Duration.ofSeconds(5));
    account.objects.put(key, sound);
    function.deliver(key);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_cutObject_recordsMissingWithReasonAndCount() {
    openAndSend();
    String key = account.staged().getFirst();
    account.objects.cut(key, 100);
    function.deliver(key);
    function.deliver(key);
    Receipt receipt = receipts.find(account.runDisk(run, disk.id()), 0).orElseThrow();
    assertThat(receipt.unreadable()).isEqualTo(2);
    assertThat(receipt.lastError()).contains(key);
  }

  @Test
  void apply_objectGone_recordsMissing() {
    openAndSend();
    String key = account.staged().getFirst();
    account.objects.delete(List.of(key));
    function.deliver(key);
    assertThat(outcome(0)).isEqualTo(new Receipt.Missing(null));
  }

  @Test
  void apply_segmentOfAnotherExtentUnderTheKey_recordsMissing() {
    openAndSend();
    List<String> keys = account.staged();
    account.objects.put(keys.get(0), account.objects.bytes(keys.get(1)));
    function.deliver(keys.get(0));
    assertThat(outcome(0)).isInstanceOf(Receipt.Missing.class);
  }

  @Test
  void apply_throttled_givesLeaseBackAndWaits() {
    openAndSend();
    account.ebs.failNextPut(new TransientException("Rate exceeded"));
    function.deliver(account.staged().getFirst());
    InMemoryQueues.Sent waiting = account.queues.take().getFirst();
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void apply_snapshotNotThereForTwoMinutes_isMissingAfterwards() {
    openAndSend();
    RunDisk runDisk = account.runDisk(run, disk.id());
    for (int i = 0; i < 20; i++) {
      account.ebs.failNextPut(
          new SnapshotNotWritableException(
              runDisk.snapshotId(), new IllegalStateException("does not exist")));
    }
    function.deliver(account.staged().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Leased.class);
    InMemoryQueues.Sent waiting = account.queues.take().getFirst();
    account.clock.advance(Duration.ofSeconds(121));
    function.deliver(waiting);
    assertThat(outcome(0)).isInstanceOf(Receipt.Missing.class);
    assertThat(account.queues.take()).isEmpty();
  }

  @Test
  void apply_failureThatDoesNotPass_givesLeaseBackWithIt() {
    openAndSend();
    account.ebs.failNextPut(new RefusedException("AccessDeniedException", "no such right"));
    String key = account.staged().getFirst();
    assertThatThrownBy(() -> function.deliver(key)).isInstanceOf(RefusedException.class);
    assertThat(outcome(0)).isEqualTo(new Receipt.Leased(0));
    Receipt receipt = receipts.find(account.runDisk(run, disk.id()), 0).orElseThrow();
    assertThat(receipt.lastError()).contains("no such right");
  }

  @Test
  void receipt_whateverBecomesOfIt_isKeptSixtyDaysFromItsLease() {
    openAndSend();
    long expected = account.clock.instant().plus(Duration.ofDays(60)).getEpochSecond();
    function.deliver(account.staged().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
    String pk = "RECEIPT#" + run + "#" + disk.id() + "#1";
    assertThat(account.raw.number(pk, ObjectKeys.extentText(0), "ttl")).isEqualTo(expected);
  }

  @Test
  void apply_outOfTime_givesLeaseBack() {
    openAndSend();
    SegmentOutcome outcome =
        function
            .applier()
            .apply(account.staged().getFirst(), account.clock.instant(), account.clock.instant());
    assertThat(outcome).isInstanceOf(SegmentOutcome.Postponed.class);
    function.deliver(account.staged().getFirst());
    assertThat(outcome(0)).isInstanceOf(Receipt.Applied.class);
  }

  @Test
  void receipt_diskStoppedWhileBlocksWerePut_isNotApplied() {
    openAndSend();
    Instant now = account.clock.instant();
    RunDisk runDisk = account.runDisk(run, disk.id());
    Receipts.Lease lease = new Receipts.Lease(runDisk, 0, "me");
    assertThat(receipts.take(lease, now, now.plusSeconds(150))).isTrue();
    account.state.disks().beginCompleting(runDisk);
    Receipt.Applied applied =
        new Receipt.Applied(Digest.ofText("segment"), BlockBitmap.EMPTY, List.of());
    assertThat(receipts.apply(lease, applied)).isFalse();
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
