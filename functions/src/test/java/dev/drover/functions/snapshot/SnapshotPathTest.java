package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TestDisk;
import dev.drover.functions.account.TestRun;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunctions;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.DigestListReader;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.TaskResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of the data through the functions, with a connector that does as it is told. */
final class SnapshotPathTest {
  private static final long SIZE_BYTES = 2 * DiskGeometry.EXTENT_BYTES + 5 * 524_288L + 512;
  private static final int DIGEST_BYTES = 32;

  private final TestDisk disk =
      new TestDisk("root.img", SIZE_BYTES).fill(0, 1).fill(3, 2).fill(200, 3).fill(261, 4);
  private final List<TestDisk> disks = List.of(disk);
  private final TestRun account = new TestRun(disks);
  private final SnapshotFunctions functions = new SnapshotFunctions(account);
  private final SegmentFunction segments = new SegmentFunction(account);
  private final ImageFunctions images = new ImageFunctions(account);

  /** A completed first run, whose snapshot is the base of the next. */
  private BaseSnapshot completedBase() {
    RunId first = functions.replicate(disks, Map.of());
    assertThat(images.publish(first)).isEqualTo("available");
    account.clock.advance(Duration.ofHours(12));
    account.connectorReports();
    return base();
  }

  private BaseSnapshot base() {
    return account.state.bases().list(TestRun.JOB).getFirst();
  }

  private void assertSnapshotIsDisk(RunId run, TestDisk of) {
    RunDisk runDisk = account.runDisk(run, of.id());
    List<Digest> expected = of.digests();
    Map<Integer, Digest> volume = account.ebs.blocks(runDisk.snapshotId());
    assertThat(volume).hasSize(expected.size());
    for (int block = 0; block < expected.size(); block++) {
      assertThat(volume.get(block)).as("block %d", block).isEqualTo(expected.get(block));
    }
    assertThat(runDisk.state()).isEqualTo(RunDisk.State.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 524_288, 524_289, 3 * 524_288L + 512, 67_108_864, 67_109_376})
  void run_firstOfAnySize_isTheDiskAndItsDigestList(long sizeBytes) throws IOException {
    TestDisk odd = new TestDisk("odd.img", sizeBytes).fill(0, 9);
    TestRun site = new TestRun(List.of(odd));
    RunId run = new SnapshotFunctions(site).replicate(List.of(odd), Map.of());
    RunDisk.Completion completion =
        Objects.requireNonNull(site.runDisk(run, odd.id()).completion());
    assertThat(site.ebs.blocks(site.runDisk(run, odd.id()).snapshotId()))
        .hasSize(odd.geometry().blockCount());
    DigestListReader list =
        new DigestListReader(
            "list", new ByteArrayInputStream(site.objects.bytes(completion.digestListKey())));
    List<Digest> digests = new ArrayList<>();
    while (list.hasNext()) {
      digests.add(list.next());
    }
    assertThat(digests).isEqualTo(odd.digests());
    assertThat(list.finish()).isEqualTo(completion.digestListDigest());
    assertThat(list.header().snapshotId()).isEqualTo(site.runDisk(run, odd.id()).snapshotId());
  }

  @Test
  void run_secondWithChanges_sendsThemOverTheBase() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    disk.fill(3, 77).fill(100, 78);
    RunId second = functions.replicate(disks, Map.of(disk.id(), index));
    assertSnapshotIsDisk(second, disk);
    RunDisk runDisk = account.runDisk(second, disk.id());
    assertThat(runDisk.baseSnapshot()).isEqualTo(base.snapshotId());
    assertThat(Objects.requireNonNull(runDisk.completion()).blocksWritten()).isEqualTo(2);
  }

  @Test
  void run_unchangedDisk_isAChildWithoutBlocks() {
    completedBase();
    RunId second = functions.replicate(disks, Map.of(disk.id(), disk.digests()));
    assertSnapshotIsDisk(second, disk);
    assertThat(Objects.requireNonNull(account.runDisk(second, disk.id()).completion()))
        .extracting(RunDisk.Completion::blocksWritten)
        .isEqualTo(0L);
  }

  @Test
  void run_grownDisk_restsOnTheSmallerBase() {
    completedBase();
    TestDisk grown =
        new TestDisk("root.img", SIZE_BYTES + DiskGeometry.EXTENT_BYTES)
            .fill(0, 1)
            .fill(3, 2)
            .fill(200, 3)
            .fill(300, 5);
    account.putServer(List.of(grown));
    RunId second = functions.replicate(List.of(grown), Map.of(grown.id(), disk.digests()));
    assertSnapshotIsDisk(second, grown);
  }

  @Test
  void complete_calledAgain_changesNothing() {
    RunId run = functions.replicate(disks, Map.of());
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void complete_calledAgainBeforeItWasRecorded_findsItCompleting() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    segments.deliverAll();
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(TestRun.JOB, run, disk.id());
    functions.completeSnapshot.complete(input);
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  private List<TaskResult.ManifestKey> sent = List.of();

  private Generation sendAll(RunId run) {
    functions.prepare(run, 1);
    Generation generation = account.generation("of " + run);
    account.open(run, generation, 1, disks);
    sent = List.of(account.send(run, generation, disk, null));
    return generation;
  }

  @Test
  void look_nothingAppliedYet_waitsAndTellsLostEventsAgain() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    AwaitApplied.Output first = functions.look(run, 1, 0, generation, sent);
    assertThat(first.status()).isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(first.waitSeconds()).isEqualTo(2);
    assertThat(account.queues.take()).isEmpty();

    account.clock.advance(Duration.ofSeconds(61));
    functions.look(run, 1, 5, generation, sent);
    List<InMemoryQueues.Sent> repeated = account.queues.take();
    assertThat(repeated).hasSize(3);
    assertThat(repeated).allMatch(message -> message.queueUrl().equals(SegmentFunction.QUEUE));
    assertThat(StagedEvent.parse(repeated.getFirst().body()).getFirst().key())
        .isEqualTo(account.staged().getFirst());
    repeated.forEach(segments::deliver);
    assertThat(functions.look(run, 1, 6, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.APPLIED);
    assertThat(account.run(run).progress().stageProgress()).isEqualTo("3 of 3 extents are applied");
    assertThat(account.run(run).progress().bytesRead()).isEqualTo(SIZE_BYTES);
  }

  @Test
  void look_snapshotGoneOrFailedWhileSegmentsWait_isLost() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    RunDisk runDisk = account.runDisk(run, disk.id());
    account.ebs.become(runDisk.snapshotId(), Snapshots.Status.FAILED);
    assertThatThrownBy(() -> functions.look(run, 1, 0, generation, sent))
        .isInstanceOf(SnapshotLostException.class)
        .hasMessageContaining("FAILED");
    account.ebs.delete(runDisk.snapshotId());
    // EC2 may not show a new one yet.
    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    assertThatThrownBy(() -> functions.look(run, 1, 7, generation, sent))
        .isInstanceOf(SnapshotLostException.class)
        .hasMessageContaining(disk.id().value())
        .hasMessageContaining(runDisk.snapshotId().value());
  }

  @Test
  void look_lastOfAll_namesWhatWaitsAndWhy() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    account.ebs.failNextPut(new TransientException("Rate exceeded"));
    segments.deliver(account.staged().getFirst());
    assertThat(functions.look(run, 1, 398, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.WAITING);
    assertThatThrownBy(() -> functions.look(run, 1, 399, generation, sent))
        .isInstanceOf(ExtentsNotAppliedException.class)
        .hasMessageContaining("3 extents")
        .hasMessageContaining(disk.id().value())
        .hasMessageContaining("extent 0 ")
        .hasMessageContaining("Rate exceeded");
  }

  @Test
  void complete_snapshotThatEbsDoesNotKnowYet_comesAgain() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    segments.deliverAll();
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    SnapshotId snapshotId = account.runDisk(run, disk.id()).snapshotId();
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(TestRun.JOB, run, disk.id());
    account.ebs.know(snapshotId, false);
    assertThatThrownBy(() -> functions.completeSnapshot.complete(input))
        .isInstanceOf(TransientException.class);
    // Later, pending means that an earlier call was taken.
    account.clock.advance(Duration.ofMinutes(2));
    assertThat(functions.completeSnapshot.complete(input).snapshotId()).isEqualTo(snapshotId);
    account.ebs.know(snapshotId, true);
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void look_corruptSegment_isAskedForAgainAndNamedAfterThreePasses() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    String key = account.staged().get(1);
    byte[] sound = account.objects.bytes(key);
    for (int pass = 1; pass < ReplicateRunLimits.MAX_PASSES; pass++) {
      account.objects.flipBit(key, 300);
      segments.deliverAll();
      AwaitApplied.Output output = functions.look(run, pass, 0, generation, sent);
      assertThat(output.status()).isEqualTo(AwaitApplied.Status.MISSING);
      assertThat(output.missing()).isEqualTo(1);

      functions.prepare(run, pass + 1);
      assertThat(planned(run).sendAgain()).containsExactly(1);
      assertThat(durable(run).cardinality()).isEqualTo(2);
      account.clock.advance(Duration.ofSeconds(10));
      account.objects.put(key, sound);
      // The new object is there but its event is not: that is waiting, not missing.
      assertThat(functions.look(run, pass + 1, 0, generation, sent).status())
          .isEqualTo(AwaitApplied.Status.WAITING);
      assertThat(durableAfterPrepare(run, pass + 1).cardinality()).isEqualTo(3);
    }
    account.objects.flipBit(key, 300);
    segments.deliverAll();
    assertThatThrownBy(
            () -> functions.look(run, ReplicateRunLimits.MAX_PASSES, 0, generation, sent))
        .isInstanceOf(ExtentsMissingException.class)
        .hasMessageContaining("disk0.img")
        .hasMessageContaining(disk.id().value())
        .hasMessageContaining("extent 1 (bytes 67108864 to 134217727)")
        .hasMessageContaining("digest");
  }

  private ReplicationPlan.Disk planned(RunId run) {
    return account.newestPlan(run).disk(disk.id()).orElseThrow();
  }

  private ExtentBitmap durable(RunId run) {
    String key = Objects.requireNonNull(planned(run).durableExtentsKey());
    return ExtentBitmap.decode(key, account.objects.bytes(key));
  }

  private ExtentBitmap durableAfterPrepare(RunId run, int pass) {
    functions.prepare(run, pass);
    return durable(run);
  }

  @Test
  void look_otherSegmentThanAnnounced_isNamed() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    TestDisk tampered =
        new TestDisk("root.img", SIZE_BYTES).fill(0, 1).fill(3, 2).fill(200, 66).fill(261, 4);
    List<TaskResult.ManifestKey> announced = sent;
    byte[] manifest = account.objects.bytes(announced.getFirst().key());
    account.send(run, generation, tampered, null);
    account.objects.put(announced.getFirst().key(), manifest);
    segments.deliverAll();
    assertThatThrownBy(() -> functions.look(run, generation, announced))
        .isInstanceOf(ReceiptDisagreesException.class)
        .hasMessageContaining("extent 1 ");
  }

  @Test
  void look_manifestsOfOtherDisksOrGenerations_areRefused() {
    RunId run = account.beginRun();
    Generation generation = sendAll(run);
    TestDisk other = new TestDisk("other.img", 512);
    TaskResult.ManifestKey foreign = new TaskResult.ManifestKey(other.id(), sent.getFirst().key());
    assertThatThrownBy(() -> functions.look(run, generation, List.of(foreign)))
        .isInstanceOf(ManifestDisagreesException.class);
    TaskResult.ManifestKey elsewhere =
        new TaskResult.ManifestKey(disk.id(), "reports/other/x/" + disk.id() + ".manifest");
    assertThatThrownBy(() -> functions.look(run, generation, List.of(elsewhere)))
        .isInstanceOf(ManifestDisagreesException.class);
    account.objects.flipBit(sent.getFirst().key(), -1);
    assertThatThrownBy(() -> functions.look(run, generation, sent))
        .isInstanceOf(ManifestDisagreesException.class);
  }

  @Test
  void look_generationNotAnnounced_waitsThenAsksAgainThenFails() {
    RunId run = account.beginRun();
    functions.prepare(run, 1);
    Generation generation = account.generation("of " + run);
    List<TaskResult.ManifestKey> manifests =
        List.of(new TaskResult.ManifestKey(disk.id(), "reports/site/never read"));
    assertThat(functions.look(run, 1, 0, generation, manifests).status())
        .isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(functions.look(run, 1, 32, generation, manifests).status())
        .isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(functions.look(run, 1, 33, generation, manifests).status())
        .isEqualTo(AwaitApplied.Status.MISSING);
    assertThatThrownBy(() -> functions.look(run, 3, 33, generation, manifests))
        .isInstanceOf(NotAnnouncedException.class);

    RunAttempt attempt = new RunAttempt(TestRun.JOB, run, 1);
    account.state.runs().refuse(attempt, "OpenRefused", "The key is disabled.");
    assertThatThrownBy(() -> functions.look(run, 1, 0, generation, manifests))
        .isInstanceOf(NotAnnouncedException.class)
        .hasMessageContaining("The key is disabled.");
  }

  @Test
  void complete_baseListTamperedInABlock_namesTheExtentAndDistrustsTheBase() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    disk.fill(3, 77);
    // Block 200 lies in extent 1; the digests begin behind the header, the trailer ends the list.
    int trailer = DIGEST_BYTES;
    int behind200 = (disk.geometry().blockCount() - 200) * DIGEST_BYTES;
    account.objects.flipBit(base.digestListKey(), -(trailer + behind200));
    assertThatThrownBy(() -> functions.replicate(disks, Map.of(disk.id(), index)))
        .isInstanceOf(DigestsDisagreeException.class)
        .hasMessageContaining("extent 1 (bytes 67108864 to 134217727)")
        .hasMessageContaining("digest list");
    assertThat(base().distrusted()).contains(base.snapshotId().value());

    RunId next = functions.replicate(disks, Map.of());
    assertThat(account.runDisk(next, disk.id()).baseSnapshot()).isNull();
    assertThat(planned(next).baseReason()).contains("was changed");
    assertSnapshotIsDisk(next, disk);
  }

  @Test
  void complete_baseListTamperedWhereThisRunWrites_isRefusedToo() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    disk.fill(3, 77);
    int behind3 = (disk.geometry().blockCount() - 3) * DIGEST_BYTES;
    account.objects.flipBit(base.digestListKey(), -(DIGEST_BYTES + behind3));
    assertThatThrownBy(() -> functions.replicate(disks, Map.of(disk.id(), index)))
        .isInstanceOf(DigestListTamperedException.class)
        .hasMessageContaining("disk0.img");
    assertThat(base().distrusted()).isNotNull();
  }

  @Test
  void complete_baseListCutOrGone_isRefused() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    account.objects.cut(base.digestListKey(), 5000);
    assertThatThrownBy(() -> functions.replicate(disks, Map.of(disk.id(), index)))
        .isInstanceOf(DigestListTamperedException.class);
  }

  @Test
  void complete_connectorsIndexTampered_namesTheExtentAndRebuildsTheIndex() {
    completedBase();
    disk.fill(200, 99);
    // The index says that the base holds block 200 already as it is now: so it is not sent.
    assertThatThrownBy(() -> functions.replicate(disks, Map.of(disk.id(), disk.digests())))
        .isInstanceOf(DigestsDisagreeException.class)
        .hasMessageContaining("extent 1 ")
        .hasMessageContaining("index");
    assertThat(base().rebuildIndex()).isTrue();
    assertThat(base().distrusted()).isNull();
    RunId next = account.beginRun();
    functions.prepare(next, 1);
    assertThat(planned(next).rebuildIndex()).isTrue();
  }

  @Test
  void check_failedOrGoneSnapshot_isLost() {
    RunId run = account.beginRun();
    sendAll(run);
    RunDisk runDisk = account.runDisk(run, disk.id());
    CheckSnapshot.Input input = new CheckSnapshot.Input(TestRun.JOB, run, disk.id());
    assertThat(functions.checkSnapshot.check(input)).isEqualTo(CheckSnapshot.Output.PENDING);
    account.ebs.become(runDisk.snapshotId(), Snapshots.Status.FAILED);
    assertThatThrownBy(() -> functions.checkSnapshot.check(input))
        .isInstanceOf(SnapshotLostException.class);
  }

  private void deleteWithItsImage(BaseSnapshot base) {
    account.images.registered().keySet().forEach(account.images::deregister);
    assertThat(account.ebs.delete(base.snapshotId())).isEqualTo(Snapshots.Deletion.GONE);
  }

  @Test
  void prepare_baseDeleted_hasNoneAndSaysWhy() {
    BaseSnapshot base = completedBase();
    deleteWithItsImage(base);
    RunId run = account.beginRun();
    functions.prepare(run, 1);
    assertThat(planned(run).base()).isNull();
    assertThat(planned(run).baseReason()).contains("was deleted");
  }

  @Test
  void prepare_encryptionTurnedOnOrShrunkOrListDeleted_hasNoBase() {
    BaseSnapshot base = completedBase();
    account.objects.delete(List.of(base.digestListKey()));
    RunId unlisted = account.beginRun();
    functions.prepare(unlisted, 1);
    assertThat(planned(unlisted).baseReason()).contains("digest list");

    account.putServer(List.of(new TestDisk("root.img", 512)));
    RunId shrunk = account.beginRun();
    functions.prepare(shrunk, 1);
    assertThat(planned(shrunk).baseReason()).contains("shrank");

    account.ebs.encryptByDefault();
    RunId encrypted = account.beginRun();
    functions.prepare(encrypted, 1);
    assertThat(planned(encrypted).baseReason()).contains("encrypted");
  }

  @Test
  void prepare_baseDeletedWhileTheRunRestsOnIt_failsTheRun() {
    BaseSnapshot base = completedBase();
    RunId run = account.beginRun();
    sendAll(run);
    deleteWithItsImage(base);
    assertThatThrownBy(() -> functions.prepare(run, 1)).isInstanceOf(BaseGoneException.class);
  }

  @Test
  void prepare_message_isATaskWithoutItsToken() {
    RunId run = account.beginRun();
    Prepare.Output output = functions.prepared(run, 1);
    assertThat(output.attempt()).isEqualTo(1);
    assertThat(output.queueUrl()).isEqualTo("queue:drover-tasks-" + TestRun.CONNECTOR);
    assertThat(output.message().has("taskToken")).isFalse();
    assertThat(output.message().path("type").asText()).isEqualTo("replicate");
    assertThat(output.message().path("planKey").asText())
        .isEqualTo("tasks/site/" + run + "/1/plan.json");
    assertThat(account.run(run).handOver().connectorId()).isEqualTo(TestRun.CONNECTOR);
    assertThat(account.run(run).progress().stage()).isEqualTo(Run.Stage.UPLOADING);
  }

  @Test
  void prepare_tooOften_isExhausted() {
    RunId run = account.beginRun();
    for (int attempt = 1; attempt <= ReplicateRunLimits.MAX_ATTEMPTS; attempt++) {
      assertThat(functions.prepared(run, 1).attempt()).isEqualTo(attempt);
    }
    Prepare.Input afterError =
        new Prepare.Input(
            TestRun.JOB, run, 1, new Prepare.AttemptError("States.HeartbeatTimeout", "silent"));
    assertThatThrownBy(() -> functions.prepare.prepare(afterError))
        .isInstanceOf(AttemptsExhaustedException.class)
        .hasMessageContaining("silent");
  }

  @Test
  void prepare_silentConnector_keepsItsQueue() {
    RunId run = account.beginRun();
    account.clock.advance(Duration.ofHours(1));
    assertThat(functions.prepared(run, 1).queueUrl()).endsWith(TestRun.CONNECTOR.value());
  }

  @Test
  void prepare_runThatEnded_stops() {
    RunId run = account.beginRun();
    account.fail(run);
    assertThatThrownBy(() -> functions.prepare(run, 1)).isInstanceOf(RunNotActiveException.class);
  }

  @Test
  void receipt_withoutItsDigests_isRefused() {
    RunId run = account.beginRun();
    sendAll(run);
    RunDisk runDisk = account.runDisk(run, disk.id());
    account.raw.put("RECEIPT#" + run + "#" + disk.id() + "#1", "0000000", "status", "applied");
    assertThatThrownBy(() -> account.state.receipts().find(runDisk, 0))
        .isInstanceOf(InvalidMessageException.class);
  }
}
