package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.InMemoryEbs;
import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunction;
import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.DoomedSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.DigestListReader;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.TaskResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final ScriptedConnector connector = new ScriptedConnector(world);
  private final ReportFunction reports = new ReportFunction(world);
  private final SnapshotFunctions functions = new SnapshotFunctions(world);
  private final SegmentFunction segments = new SegmentFunction(world);
  private final ImageFunction images = new ImageFunction(world);

  /** A completed first run, whose snapshot is the base of the next. */
  private BaseSnapshot completedBase() {
    RunReference first = functions.replicate(job.id(), disks, Map.of());
    assertThat(images.publish(first)).isEqualTo("available");
    world.pass(Duration.ofHours(12));
    world.see(World.CONNECTOR);
    return base();
  }

  private BaseSnapshot base() {
    return world.state.bases().list(job.id()).getFirst();
  }

  private void assertSnapshotIsDisk(RunReference run, TestDisk of) {
    RunDisk runDisk = world.runDisk(run, of.id());
    List<Digest> expected = of.digests();
    Map<Integer, Digest> volume = world.ebs.blocks(runDisk.snapshotId());
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
    World site = World.withServer(List.of(odd));
    RunReference run =
        new SnapshotFunctions(site).replicate(site.job().id(), List.of(odd), Map.of());
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
    RunReference second = functions.replicate(job.id(), disks, Map.of(disk.id(), index));
    assertSnapshotIsDisk(second, disk);
    RunDisk runDisk = world.runDisk(second, disk.id());
    assertThat(runDisk.baseSnapshot()).isEqualTo(base.snapshotId());
    assertThat(Objects.requireNonNull(runDisk.completion()).blocksWritten()).isEqualTo(2);
  }

  @Test
  void run_unchangedDisk_isAChildWithoutBlocks() {
    completedBase();
    RunReference second = functions.replicate(job.id(), disks, Map.of(disk.id(), disk.digests()));
    assertSnapshotIsDisk(second, disk);
    assertThat(Objects.requireNonNull(world.runDisk(second, disk.id()).completion()))
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
    world.seeDisks(List.of(grown));
    RunReference second =
        functions.replicate(job.id(), List.of(grown), Map.of(grown.id(), disk.digests()));
    assertSnapshotIsDisk(second, grown);
  }

  @Test
  void complete_calledAgain_changesNothing() {
    RunReference run = functions.replicate(job.id(), disks, Map.of());
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void complete_calledAgainBeforeItWasRecorded_findsItCompleting() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(run.jobId(), run.runId(), disk.id());
    functions.completeSnapshot.complete(input);
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  private List<TaskResult.ManifestKey> sent = List.of();

  private Generation sendAll(RunReference run) {
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    reports.report(connector.opened(run, generation, disks));
    sent = List.of(connector.send(run, generation, disk, null));
    return generation;
  }

  @Test
  void look_nothingAppliedYet_waitsAndTellsLostEventsAgain() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    AwaitApplied.Output first = functions.look(run, 1, 0, generation, sent);
    assertThat(first.status()).isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(first.waitSeconds()).isEqualTo(2);
    assertThat(world.queues.take()).isEmpty();

    world.pass(Duration.ofSeconds(61));
    functions.look(run, 1, 5, generation, sent);
    List<InMemoryQueues.Sent> repeated = world.queues.take();
    assertThat(repeated).hasSize(3);
    assertThat(repeated).allMatch(message -> message.queueUrl().equals(world.segmentQueueUrl));
    assertThat(StagedEvent.parse(repeated.getFirst().body()).getFirst().key())
        .isEqualTo(connector.staged().getFirst());
    repeated.forEach(segments::deliver);
    assertThat(functions.look(run, 1, 6, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.APPLIED);
    assertThat(world.run(run).progress().stageProgress())
        .isEqualTo("100%, 3 of 3 uploaded parts are in the snapshots");
    assertThat(world.run(run).progress().bytesRead()).isEqualTo(SIZE_BYTES);
  }

  @Test
  void look_afterSegmentsEndedAWait_tellsNoEventAgain() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    world.pass(Duration.ofSeconds(61));
    functions.look(run, 1, 5, true, generation, sent);
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void look_segmentsOnlyWaitTheirTurn_tellsNoneAgainForLong() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendLarge(run);
    fillSegmentQueue(100);
    world.pass(Duration.ofMinutes(31));
    for (int waits = 1; waits < 64; waits++) {
      functions.look(run, 1, waits, generation, sent);
      assertThat(world.queues.bodies("segments-site")).as("after %d waits", waits).hasSize(100);
    }
    // After an hour nothing shows that they are lost, but they may be.
    for (int waits = 64; waits < LookBackoff.LAST_LOOK; waits++) {
      functions.look(run, 1, waits, generation, sent);
    }
    assertThat(world.queues.bodies("segments-site")).hasSize(100 + 5 * LARGE_EXTENTS);
  }

  /** Also dead letters to be stand in the queue, for an hour on AWS. */
  @Test
  void look_fewAreLostWhileOthersMessagesStand_tellsThemWithinAMinuteAndSeldomAgain() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    fillSegmentQueue(4);
    world.pass(Duration.ofMinutes(2));
    for (int waits = 1; waits <= 5; waits++) {
      functions.look(run, 1, waits, generation, sent);
    }
    assertThat(world.queues.bodies("segments-site")).hasSize(4 + 3);
    for (int waits = 6; waits < LookBackoff.LAST_LOOK; waits++) {
      functions.look(run, 1, waits, generation, sent);
    }
    assertThat(world.queues.bodies("segments-site")).hasSize(4 + 11 * 3);
  }

  @Test
  void look_queueHasNoneOfThem_tellsAllOnceAndNotAgainWhileTheyWait() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendLarge(run);
    fillSegmentQueue(6);
    world.pass(Duration.ofMinutes(2));
    functions.look(run, 1, 5, generation, sent);
    assertThat(world.queues.bodies("segments-site")).hasSize(6 + LARGE_EXTENTS);
    functions.look(run, 1, 7, generation, sent);
    functions.look(run, 1, 9, generation, sent);
    assertThat(world.queues.bodies("segments-site")).hasSize(6 + LARGE_EXTENTS);
  }

  @Test
  void look_segmentThatOthersOvertook_isToldAgain() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendLarge(run);
    List<String> staged = connector.staged();
    String newest = staged.getLast();
    byte[] segment = world.objects.bytes(newest);
    world.pass(Duration.ofMinutes(11));
    world.objects.put(newest, segment);
    segments.deliver(newest);
    fillSegmentQueue(100);
    world.pass(Duration.ofMinutes(2));
    functions.look(run, 1, 5, generation, sent);
    assertThat(world.queues.bodies("segments-site")).hasSize(100 + LARGE_EXTENTS - 1);
  }

  /** More than so few that they are told again in any case. */
  private static final int LARGE_EXTENTS = 20;

  private static final long LARGE_BYTES = LARGE_EXTENTS * DiskGeometry.EXTENT_BYTES;

  private Generation sendLarge(RunReference run) {
    TestDisk large = new TestDisk("root.img", LARGE_BYTES);
    for (int extent = 0; extent < LARGE_EXTENTS; extent++) {
      large.fill(extent * 128, extent + 1);
    }
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    reports.report(connector.opened(run, generation, List.of(large)));
    sent = List.of(connector.send(run, generation, large, null));
    return generation;
  }

  private void fillSegmentQueue(int messages) {
    for (int message = 0; message < messages; message++) {
      world.queues.send(world.segmentQueueUrl, "of another run", 0, Map.of());
    }
  }

  @Test
  void look_diskThatIsAppliedBeforeAnother_canBeCompleted() {
    TestDisk small = new TestDisk("small.img", 512).fill(0, 5);
    world.seeDisks(List.of(disk, small));
    RunReference run = world.beginNext(job.id());
    Generation generation = sendBoth(run, small);
    connector.staged().stream()
        .filter(key -> key.contains(small.id().value()))
        .forEach(segments::deliver);
    AwaitApplied.Output look = functions.look(run, 1, 0, generation, sent);
    assertThat(look.status()).isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(look.ready()).containsExactly(small.id());

    functions.complete(run, small.id());
    AwaitApplied.Output next = functions.look(run, 1, 0, generation, sent);
    assertThat(next.status()).isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(next.ready()).isEmpty();
    assertThat(next.disks()).containsExactly(disk.id(), small.id());
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    assertThat(world.run(run).progress().stageProgress())
        .isEqualTo("100%, 4 of 4 uploaded parts are in the snapshots");
    functions.complete(run, disk.id());
    functions.complete(run, small.id());
    assertSnapshotIsDisk(run, disk);
    assertSnapshotIsDisk(run, small);
  }

  @Test
  void look_newGenerationAfterADiskWasCompleted_completesAllDisksAnew() {
    TestDisk small = new TestDisk("small.img", 512).fill(0, 5);
    world.seeDisks(List.of(disk, small));
    RunReference run = world.beginNext(job.id());
    Generation first = sendBoth(run, small);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, first, sent)).isEqualTo("APPLIED");
    functions.complete(run, small.id());
    RunDisk replaced = world.runDisk(run, small.id());
    String list = Objects.requireNonNull(replaced.completion()).digestListKey();

    small.fill(0, 6);
    functions.prepare(run, 2);
    world.pass(Duration.ofMinutes(1));
    Generation newer = world.generation("another of " + run.runId());
    reports.report(connector.opened(run, newer, List.of(disk, small)));
    sent = List.of(connector.send(run, newer, disk, null), connector.send(run, newer, small, null));
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, newer, sent)).isEqualTo("APPLIED");
    functions.complete(run, disk.id());
    functions.complete(run, small.id());
    assertSnapshotIsDisk(run, disk);
    assertSnapshotIsDisk(run, small);
    assertThat(world.runDisk(run, small.id()).snapshotId()).isNotEqualTo(replaced.snapshotId());
    assertThat(world.ebs.find(replaced.snapshotId())).isEmpty();
    assertThat(world.objects.list(list)).isEmpty();
    assertThat(images.publish(run)).isEqualTo("available");
  }

  @Test
  void look_anotherAttemptSaysOtherwiseOfACompletedDisk_isRefused() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    functions.complete(run, disk.id());
    disk.fill(3, 99);
    functions.prepare(run, 2);
    sent = List.of(connector.send(run, generation, disk, null));
    assertThatThrownBy(() -> functions.look(run, generation, sent))
        .isInstanceOf(ManifestDisagreesException.class)
        .hasMessageContaining("another digest than its snapshot was completed with");
  }

  private Generation sendBoth(RunReference run, TestDisk small) {
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    reports.report(connector.opened(run, generation, List.of(disk, small)));
    sent =
        List.of(
            connector.send(run, generation, disk, null),
            connector.send(run, generation, small, null));
    return generation;
  }

  @Test
  void complete_calledAgainWhileEbsCompletes_derivesNothingAnew() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(run.jobId(), run.runId(), disk.id());
    functions.completeSnapshot.complete(input);
    world.objects.delete(List.of(sent.getFirst().key()));
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void complete_calledAgainForAYoungSnapshot_knowsThatEbsHasTakenIt() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    SnapshotId snapshotId = world.runDisk(run, disk.id()).snapshotId();
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(run.jobId(), run.runId(), disk.id());
    functions.completeSnapshot.complete(input);
    // It still is pending, and takes no other completion.
    world.ebs.know(snapshotId, false);
    assertThat(functions.completeSnapshot.complete(input).snapshotId()).isEqualTo(snapshotId);
  }

  @Test
  void complete_listWasRecordedAndNeverPut_isDerivedAgain() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(run.jobId(), run.runId(), disk.id());
    functions.completeSnapshot.complete(input);
    RunDisk.Completion completion =
        Objects.requireNonNull(world.runDisk(run, disk.id()).completion());
    world.objects.delete(List.of(completion.digestListKey()));
    functions.complete(run, disk.id());
    assertThat(world.objects.list(completion.digestListKey())).hasSize(1);
    assertThat(world.runDisk(run, disk.id()).completion()).isEqualTo(completion);
  }

  @Test
  void look_openedLateByAnAttemptThatGaveUpTheBase_waitsForItsReport() {
    completedBase();
    disk.fill(100, 78);
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    functions.prepare(run, 1);
    connector.giveUpBases();
    Report.Opened opened = connector.opened(run, generation, disks);
    sent = List.of(connector.send(run, generation, disk, null));
    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");

    reports.report(opened);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void look_eventOfOpenedWasLost_isToldAgain() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    Report.Opened opened = connector.opened(run, generation, disks);
    sent = List.of(connector.send(run, generation, disk, null));
    assertThat(functions.look(run, 1, 5, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.WAITING);
    assertThat(world.queues.take()).as("nothing was reported").isEmpty();

    world.objects.put(opened.key(), MessageJson.write(opened));
    functions.look(run, 1, 7, generation, sent);
    List<InMemoryQueues.Sent> told = world.queues.take();
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().queueUrl()).isEqualTo(world.reportQueueUrl);
    assertThat(StagedEvent.parse(told.getFirst().body()))
        .containsExactly(new StagedEvent(World.BUCKET, opened.key()));
  }

  @Test
  void prepare_eventOfOpenedWasLost_listsWhatIsStaged() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    Report.Opened opened = connector.opened(run, generation, disks);
    world.objects.put(opened.key(), MessageJson.write(opened));
    connector.send(run, generation, disk, null);
    world.objects.delete(List.of(connector.staged().get(1)));

    functions.prepare(run, 1);
    assertThat(planned(run).generation()).isEqualTo(generation);
    assertThat(durable(run).cardinality()).isEqualTo(2);
    assertThat(durable(run).contains(1)).isFalse();
  }

  @Test
  void prepare_newerOpeningThanTheTableKnows_listsWhatIsStagedOfIt() {
    completedBase();
    disk.fill(100, 78);
    RunReference run = world.beginNext(job.id());
    sendAll(run);
    functions.prepare(run, 1);
    connector.giveUpBases();
    world.pass(Duration.ofMinutes(1));
    Generation newer = world.generation("another of " + run.runId());
    Report.Opened opened = connector.opened(run, newer, disks);
    world.objects.put(opened.key(), MessageJson.write(opened));
    connector.send(run, newer, disk, null);

    functions.prepare(run, 1);
    assertThat(planned(run).generation()).isEqualTo(newer);
    assertThat(planned(run).base()).isNull();
    assertThat(durable(run).cardinality()).isEqualTo(3);
  }

  @Test
  void look_snapshotFailed_putsWhatIsStagedIntoAnother() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    List<String> staged = connector.staged();
    segments.deliver(staged.getFirst());
    RunDisk lost = world.runDisk(run, disk.id());
    world.ebs.become(lost.snapshotId(), Snapshots.Status.FAILED);
    world.pass(Duration.ofMinutes(5));

    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");

    RunDisk next = world.runDisk(run, disk.id());
    assertThat(next.epoch()).isEqualTo(2);
    assertThat(next.snapshotId()).isNotEqualTo(lost.snapshotId());
    List<InMemoryQueues.Sent> told = world.queues.take();
    assertThat(told).hasSameSizeAs(staged);
    told.forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
    assertThat(world.state.leftovers().doomed(run.runId()))
        .extracting(DoomedSnapshot::snapshotId)
        .containsExactly(lost.snapshotId());
  }

  @Test
  void look_nextEpochWhileTheQueueIsFull_tellsOnlyWhatItHasRoomFor() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    world.ebs.become(world.runDisk(run, disk.id()).snapshotId(), Snapshots.Status.FAILED);
    world.pass(Duration.ofMinutes(5));
    for (int message = 1; message < LostEvents.QUEUED_AT_MOST; message++) {
      world.segmentQueues.send(World.SITE, "of another run", 0, Map.of());
    }

    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");

    assertThat(world.runDisk(run, disk.id()).epoch()).isEqualTo(2);
    assertThat(world.queues.take()).hasSize(LostEvents.QUEUED_AT_MOST);
  }

  @Test
  void look_snapshotThatIsNotShown_isLostOnlyAfterAWhile() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    RunDisk disk1 = world.runDisk(run, disk.id());
    world.ebs.delete(disk1.snapshotId());
    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    assertThat(world.runDisk(run, disk.id()))
        .extracting(RunDisk::epoch, RunDisk::state)
        .containsExactly(1, RunDisk.State.APPLYING);

    world.pass(Snapshots.APPEARS_WITHIN);
    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    assertThat(world.runDisk(run, disk.id()).epoch()).isEqualTo(2);
    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    assertThat(world.runDisk(run, disk.id()).epoch()).as("it stands").isEqualTo(2);
  }

  @Test
  void look_noRoomForTheNextSnapshot_waitsVisibly() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    world.ebs.become(world.runDisk(run, disk.id()).snapshotId(), Snapshots.Status.FAILED);
    world.ebs.answerStarts(() -> new RunSnapshots.Outcome.NoRoom("100 are pending."));

    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    assertThat(world.run(run).handOver().noRoom()).isEqualTo("100 are pending.");
    assertThat(world.runDisk(run, disk.id()).state()).isEqualTo(RunDisk.State.GIVEN_BACK);

    world.ebs.answerStarts(null);
    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    assertThat(world.run(run).handOver().noRoom()).isNull();
    assertThat(world.runDisk(run, disk.id()).epoch()).isEqualTo(2);
  }

  @Test
  void look_openingWaitsForRoom_waitsHoweverLongThatTakes() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    world.ebs.answerStarts(() -> new RunSnapshots.Outcome.NoRoom("100 are pending."));
    reports.report(connector.opened(run, generation, disks));
    sent = List.of(connector.send(run, generation, disk, null));

    assertThat(functions.look(run, 3, 200, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.WAITING);

    world.ebs.answerStarts(null);
    reports.report(connector.opened(run, generation, disks));
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, 3, 201, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.APPLIED);
  }

  @Test
  void look_snapshotAndBaseLost_sendsEverythingAndSaysWhy() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    disk.fill(100, 78);
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
    reports.report(connector.opened(run, generation, disks));
    sent = List.of(connector.send(run, generation, disk, index));
    deleteWithItsImage(base);
    world.ebs.delete(world.runDisk(run, disk.id()).snapshotId());
    world.pass(Snapshots.APPEARS_WITHIN);

    assertThat(functions.look(run, generation, sent)).isEqualTo("MISSING");

    functions.prepare(run, 2);
    assertThat(planned(run).base()).isNull();
    assertThat(planned(run).durableExtentsKey()).isNull();
    assertThat(planned(run).baseReason())
        .contains(base.snapshotId().value(), "was deleted while the run rested on it");
    connector.giveUpBases();
    reports.report(connector.opened(run, generation, disks));
    sent = List.of(connector.send(run, generation, disk, null));
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, 2, 0, generation, sent).status().name()).isEqualTo("APPLIED");
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void prepare_snapshotGivenBack_asksForNothingThatIsStaged() {
    RunReference run = world.beginNext(job.id());
    sendAll(run);
    List<String> staged = connector.staged();
    staged.forEach(segments::deliver);
    world.objects.delete(List.of(staged.getFirst()));
    RunDisk runDisk = world.runDisk(run, disk.id());
    world.state.transaction().with(world.state.disks().giveBack(runDisk)).commit();

    functions.prepare(run, 1);

    assertThat(durable(run).cardinality()).as("of three, one is not staged").isEqualTo(2);
  }

  @Test
  void look_lastOfAll_namesWhatWaitsAndWhy() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    world.ebs.failNextPut(new TransientException("Rate exceeded"));
    segments.deliver(connector.staged().getFirst());
    assertThat(functions.look(run, 1, 239, generation, sent).status())
        .isEqualTo(AwaitApplied.Status.WAITING);
    assertThatThrownBy(() -> functions.look(run, 1, 240, generation, sent))
        .isInstanceOf(ExtentsNotAppliedException.class)
        .hasMessageContaining("3 extents")
        .hasMessageContaining(disk.id().value())
        .hasMessageContaining("extent 0 ")
        .hasMessageContaining("Rate exceeded");
  }

  @Test
  void complete_snapshotThatEbsDoesNotKnowYet_comesAgain() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    SnapshotId snapshotId = world.runDisk(run, disk.id()).snapshotId();
    CompleteSnapshot.Input input = new CompleteSnapshot.Input(run.jobId(), run.runId(), disk.id());
    world.ebs.know(snapshotId, false);
    assertThatThrownBy(() -> functions.completeSnapshot.complete(input))
        .isInstanceOf(TransientException.class);
    // Later, pending means that an earlier call was taken.
    world.pass(Duration.ofMinutes(2));
    assertThat(functions.completeSnapshot.complete(input).snapshotId()).isEqualTo(snapshotId);
    world.ebs.know(snapshotId, true);
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  @Test
  void look_corruptSegment_isAskedForAgainAndNamedAfterThreePasses() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    String key = connector.staged().get(1);
    byte[] sound = world.objects.bytes(key);
    for (int pass = 1; pass < ReplicateRunLimits.MAX_PASSES; pass++) {
      world.objects.flipBit(key, 300);
      connector.staged().forEach(segments::deliver);
      // An event comes twice, and is one corrupt segment.
      segments.deliver(key);
      AwaitApplied.Output output = functions.look(run, pass, 0, generation, sent);
      assertThat(output.status()).isEqualTo(AwaitApplied.Status.MISSING);
      assertThat(output.missing()).isEqualTo(1);
      assertThat(world.run(run).course().corruptSegments()).isEqualTo(pass);
      assertThat(world.events.put).hasSize(pass);
      assertThat(world.events.put.getLast().toString())
          .contains("Drover Segment Came Corrupt", key, run.runId().value());

      functions.prepare(run, pass + 1);
      assertThat(planned(run).sendAgain()).containsExactly(1);
      assertThat(durable(run).cardinality()).isEqualTo(2);
      world.pass(Duration.ofSeconds(10));
      world.objects.put(key, sound);
      // The new object is there but its event is not: that is waiting, not missing.
      assertThat(functions.look(run, pass + 1, 0, generation, sent).status())
          .isEqualTo(AwaitApplied.Status.WAITING);
      assertThat(durableAfterPrepare(run, pass + 1).cardinality()).isEqualTo(3);
    }
    world.objects.flipBit(key, 300);
    connector.staged().forEach(segments::deliver);
    assertThatThrownBy(
            () -> functions.look(run, ReplicateRunLimits.MAX_PASSES, 0, generation, sent))
        .isInstanceOf(ExtentsMissingException.class)
        .hasMessageContaining("disk0.img")
        .hasMessageContaining(disk.id().value())
        .hasMessageContaining("extent 1 (bytes 67108864 to 134217727)")
        .hasMessageContaining("digest");
  }

  private ReplicationPlan.Disk planned(RunReference run) {
    return connector.plan(run).disk(disk.id()).orElseThrow();
  }

  private ExtentBitmap durable(RunReference run) {
    String key = Objects.requireNonNull(planned(run).durableExtentsKey());
    return ExtentBitmap.decode(key, world.objects.bytes(key));
  }

  private ExtentBitmap durableAfterPrepare(RunReference run, int pass) {
    functions.prepare(run, pass);
    return durable(run);
  }

  @Test
  void look_otherSegmentThanAnnounced_isNamed() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    TestDisk tampered =
        new TestDisk("root.img", SIZE_BYTES).fill(0, 1).fill(3, 2).fill(200, 66).fill(261, 4);
    List<TaskResult.ManifestKey> announced = sent;
    byte[] manifest = world.objects.bytes(announced.getFirst().key());
    connector.send(run, generation, tampered, null);
    world.objects.put(announced.getFirst().key(), manifest);
    connector.staged().forEach(segments::deliver);
    assertThatThrownBy(() -> functions.look(run, generation, announced))
        .isInstanceOf(ReceiptDisagreesException.class)
        .hasMessageContaining("extent 1 ");
  }

  @Test
  void look_manifestsOfOtherDisksOrGenerations_areRefused() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    TestDisk other = new TestDisk("other.img", 512);
    TaskResult.ManifestKey foreign = new TaskResult.ManifestKey(other.id(), sent.getFirst().key());
    assertThatThrownBy(() -> functions.look(run, generation, List.of(foreign)))
        .isInstanceOf(ManifestDisagreesException.class);
    TaskResult.ManifestKey elsewhere =
        new TaskResult.ManifestKey(disk.id(), "reports/other/x/" + disk.id() + ".manifest");
    assertThatThrownBy(() -> functions.look(run, generation, List.of(elsewhere)))
        .isInstanceOf(ManifestDisagreesException.class);
    world.objects.flipBit(sent.getFirst().key(), -1);
    assertThatThrownBy(() -> functions.look(run, generation, sent))
        .isInstanceOf(ManifestDisagreesException.class);
  }

  @Test
  void look_generationNotAnnounced_waitsThenAsksAgainThenFails() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    Generation generation = world.generation("of " + run.runId());
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

    RunAttempt attempt = new RunAttempt(run.jobId(), run.runId(), 1);
    world.state.runs().refuse(attempt, "OpenRefused", "The key is disabled.");
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
    world.objects.flipBit(base.digestListKey(), -(trailer + behind200));
    assertThatThrownBy(() -> functions.replicate(job.id(), disks, Map.of(disk.id(), index)))
        .isInstanceOf(DigestsDisagreeException.class)
        .hasMessageContaining("extent 1 (bytes 67108864 to 134217727)")
        .hasMessageContaining("digest list");
    assertThat(base().distrusted()).contains(base.snapshotId().value());

    RunReference next = functions.replicate(job.id(), disks, Map.of());
    assertThat(world.runDisk(next, disk.id()).baseSnapshot()).isNull();
    assertThat(planned(next).baseReason()).contains("was changed");
    assertSnapshotIsDisk(next, disk);
  }

  @Test
  void complete_baseListTamperedWhereThisRunWrites_isRefusedToo() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    disk.fill(3, 77);
    int behind3 = (disk.geometry().blockCount() - 3) * DIGEST_BYTES;
    world.objects.flipBit(base.digestListKey(), -(DIGEST_BYTES + behind3));
    assertThatThrownBy(() -> functions.replicate(job.id(), disks, Map.of(disk.id(), index)))
        .isInstanceOf(DigestListTamperedException.class)
        .hasMessageContaining("disk0.img");
    assertThat(base().distrusted()).isNotNull();
  }

  @Test
  void complete_baseListCutOrGone_isRefused() {
    BaseSnapshot base = completedBase();
    List<Digest> index = disk.digests();
    world.objects.cut(base.digestListKey(), 5000);
    assertThatThrownBy(() -> functions.replicate(job.id(), disks, Map.of(disk.id(), index)))
        .isInstanceOf(DigestListTamperedException.class);
  }

  @Test
  void complete_connectorsIndexTampered_namesTheExtentAndRebuildsTheIndex() {
    completedBase();
    disk.fill(200, 99);
    // The index says that the base holds block 200 already as it is now: so it is not sent.
    assertThatThrownBy(
            () -> functions.replicate(job.id(), disks, Map.of(disk.id(), disk.digests())))
        .isInstanceOf(DigestsDisagreeException.class)
        .hasMessageContaining("extent 1 ")
        .hasMessageContaining("index");
    assertThat(base().rebuildIndex()).isTrue();
    assertThat(base().distrusted()).isNull();
    RunReference next = world.beginNext(job.id());
    functions.prepare(next, 1);
    assertThat(planned(next).rebuildIndex()).isTrue();
  }

  @Test
  void check_failedOrGoneSnapshot_isLost() {
    RunReference run = world.beginNext(job.id());
    sendAll(run);
    RunDisk runDisk = world.runDisk(run, disk.id());
    CheckSnapshot.Input input = new CheckSnapshot.Input(run.jobId(), run.runId(), disk.id());
    assertThat(functions.checkSnapshot.check(input)).isEqualTo(CheckSnapshot.Output.PENDING);
    world.ebs.become(runDisk.snapshotId(), Snapshots.Status.FAILED);
    assertThatThrownBy(() -> functions.checkSnapshot.check(input))
        .isInstanceOf(SnapshotLostException.class);
    assertThat(world.runDisk(run, disk.id()).state()).isEqualTo(RunDisk.State.GIVEN_BACK);
  }

  @Test
  void complete_snapshotGone_goesOnInAnotherWhenTheRunIsResumed() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    world.ebs.delete(world.runDisk(run, disk.id()).snapshotId());
    world.pass(Snapshots.APPEARS_WITHIN);
    assertThatThrownBy(() -> functions.complete(run, disk.id()))
        .isInstanceOf(SnapshotLostException.class);
    world.queues.take();

    assertThat(functions.look(run, generation, sent)).isEqualTo("WAITING");
    world.queues.take().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    functions.complete(run, disk.id());
    assertSnapshotIsDisk(run, disk);
  }

  private void deleteWithItsImage(BaseSnapshot base) {
    world.images.registered().keySet().forEach(world.images::deregister);
    assertThat(world.ebs.delete(base.snapshotId())).isEqualTo(Snapshots.Deletion.GONE);
  }

  @Test
  void prepare_baseDeleted_hasNoneAndSaysWhy() {
    BaseSnapshot base = completedBase();
    deleteWithItsImage(base);
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    assertThat(planned(run).base()).isNull();
    assertThat(planned(run).baseReason()).contains("was deleted");
  }

  @Test
  void prepare_encryptionTurnedOnOrShrunkOrListDeleted_hasNoBase() {
    BaseSnapshot base = completedBase();
    world.objects.delete(List.of(base.digestListKey()));
    RunReference unlisted = world.beginNext(job.id());
    functions.prepare(unlisted, 1);
    assertThat(planned(unlisted).baseReason()).contains("digest list");

    world.seeDisks(List.of(new TestDisk("root.img", 512)));
    RunReference shrunk = world.beginNext(job.id());
    functions.prepare(shrunk, 1);
    assertThat(planned(shrunk).baseReason()).contains("shrank");

    world.ebs.encryptByDefault();
    RunReference encrypted = world.beginNext(job.id());
    functions.prepare(encrypted, 1);
    assertThat(planned(encrypted).baseReason()).contains("encrypted");
  }

  @Test
  void prepare_nameOfTheKeyStandsForAnotherKey_hasNoBaseAndSaysWhy() {
    world.ebs.encryptByDefault();
    BaseSnapshot base = completedBase();
    RunReference same = world.beginNext(job.id());
    functions.prepare(same, 1);
    assertThat(planned(same).base()).isNotNull();

    String newer = "arn:aws:kms:us-east-1:000000000000:key/newer";
    world.ebs.encryptByDefaultWith(newer);
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);

    assertThat(planned(run).base()).isNull();
    assertThat(planned(run).baseReason())
        .contains(base.snapshotId().value(), InMemoryEbs.DEFAULT_KEY, newer);
  }

  @Test
  void complete_cannotPutTheDigestList_leavesItsKeyInTheTable() {
    RunReference run = world.beginNext(job.id());
    Generation generation = sendAll(run);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");
    var input = new CompleteSnapshot.Input(run.jobId(), run.runId(), disk.id());
    world.objects.failPuts(ObjectKeys.DIGESTS);

    assertThatThrownBy(() -> functions.completeSnapshot.complete(input))
        .isInstanceOf(TransientException.class);

    assertThat(Objects.requireNonNull(world.runDisk(run, disk.id()).completion()).digestListKey())
        .startsWith(ObjectKeys.DIGESTS);
    world.objects.failPuts(null);
    functions.complete(run, disk.id());
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(1);
  }

  @Test
  void prepare_baseDeletedWhileTheRunRestsOnIt_failsTheRun() {
    BaseSnapshot base = completedBase();
    RunReference run = world.beginNext(job.id());
    sendAll(run);
    deleteWithItsImage(base);
    assertThatThrownBy(() -> functions.prepare(run, 1)).isInstanceOf(BaseGoneException.class);
  }

  @Test
  void prepare_message_isATaskWithoutItsToken() {
    RunReference run = world.beginNext(job.id());
    Prepare.Output output = functions.prepared(run, 1);
    assertThat(output.attempt()).isEqualTo(1);
    assertThat(output.queueUrl()).isEqualTo("queue:Drover-tasks-" + World.CONNECTOR);
    assertThat(output.message().has("taskToken")).isFalse();
    assertThat(output.message().path("type").asText()).isEqualTo("replicate");
    assertThat(output.message().path("planKey").asText())
        .isEqualTo("tasks/site/" + run.runId() + "/1/plan.json");
    assertThat(output.message().path("planDigest").asText())
        .isEqualTo(
            Digest.of(world.objects.bytes("tasks/site/" + run.runId() + "/1/plan.json")).hex());
    assertThat(world.run(run).handOver().connectorId()).isEqualTo(World.CONNECTOR);
    assertThat(world.run(run).progress().stage()).isEqualTo(Run.Stage.UPLOADING);
  }

  private String deadline(RunReference run) {
    return functions.prepared(run, 1).message().path("deadline").asText();
  }

  @Test
  void prepare_connectorsClockIsAhead_hasADeadlineByThatClock() {
    RunReference run = world.beginNext(job.id());
    world.skewClock(World.CONNECTOR, Duration.ofDays(10));
    world.see(World.CONNECTOR);
    String ahead = deadline(run);
    world.skewClock(World.CONNECTOR, Duration.ofDays(-10));
    world.see(World.CONNECTOR);

    Instant usual = world.instant().plus(ReplicateRunLimits.TASK_LIFE);
    assertThat(ahead).isEqualTo(usual.plus(Duration.ofDays(10)).toString());
    assertThat(deadline(run)).isEqualTo(usual.toString());
  }

  @Test
  void prepare_whatTheRunWaitsFor_isSaidByItsCause() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    assertThat(world.run(run).handOver().waitsFor()).isNull();

    world.see(World.CONNECTOR, 2, 3);
    functions.prepare(run, 1);
    assertThat(world.run(run).handOver().waitsFor()).contains("all of its 2 slots, 3 tasks wait");

    world.skewClock(World.CONNECTOR, Duration.ofDays(10));
    world.see(World.CONNECTOR);
    functions.prepare(run, 1);
    assertThat(world.run(run).handOver().waitsFor())
        .startsWith("The clock of connector " + World.CONNECTOR + " is 10 days ahead");

    world.pass(Connector.HEALTHY_WITHIN);
    functions.prepare(run, 1);
    assertThat(world.run(run).handOver().waitsFor())
        .contains("was last heard of at 2026-11-23T14:00:00Z", "10 days ahead");
  }

  @Test
  void look_runTakenOverByAConnectorWhoseClockIsBehind_waitsForItsReport() {
    RunReference run = world.beginNext(job.id());
    Generation first = sendAll(run);
    functions.prepare(run, 1);
    Generation behind = Generation.of(World.START.minus(Duration.ofDays(10)), "behind");
    Report.Opened opened = connector.opened(run, behind, disks);
    TaskResult.ManifestKey manifest = connector.send(run, behind, disk, null);
    assertThat(behind).isLessThan(first);

    assertThat(functions.look(run, behind, List.of(manifest))).isEqualTo("WAITING");

    reports.report(opened);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, behind, List.of(manifest))).isEqualTo("APPLIED");
    assertThat(world.runDisk(run, disk.id()).generation()).isEqualTo(behind);
  }

  @Test
  void prepare_noConnectorToTakeIt_saysWhatIsWrongWithThoseThereAre() {
    RunReference run = world.beginNext(job.id());
    world.raw.delete("CONNECTOR", World.CONNECTOR.value());
    assertThatThrownBy(() -> functions.prepare(run, 1))
        .isInstanceOf(NoConnectorException.class)
        .hasMessageEndingWith("Start one and wait until it has reported its inventory.");

    world.see(World.CONNECTOR);
    world.pass(Connector.HEALTHY_WITHIN);
    assertThatThrownBy(() -> functions.prepare(run, 1))
        .isInstanceOf(NoConnectorException.class)
        .hasMessageContaining("was last heard of at 2026-11-23T14:00:00Z");
  }

  private Prepare.Output preparedAfterSilence(RunReference run) {
    return functions.prepare.prepare(
        new Prepare.Input(
            run.jobId(),
            run.runId(),
            1,
            1,
            new Prepare.AttemptError("States.HeartbeatTimeout", null)));
  }

  @Test
  void prepare_nothingNewDurableForLong_givesUpAndSaysWhatItWaitedFor() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    for (int attempt = 2; attempt <= 30; attempt++) {
      assertThat(preparedAfterSilence(run).progressed()).isFalse();
      world.pass(Duration.ofMinutes(12));
    }
    world.pass(Duration.ofMinutes(13));

    assertThatThrownBy(() -> preparedAfterSilence(run))
        .isInstanceOf(NoProgressException.class)
        .hasMessageContaining("has made no progress since 2026-11-23T14:00:00Z, with 0 extents")
        .hasMessageContaining("connector " + World.CONNECTOR + " gave no sign of life for 300 s. ")
        .hasMessageContaining("was last heard of at 2026-11-23T14:00:00Z");
    assertThat(world.run(run).handOver().attempt()).isEqualTo(30);
  }

  @Test
  void prepare_eachAttemptMadeSomethingDurable_neverGivesUp() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    reports.report(connector.opened(run, world.generation("vm-1"), disks));
    DiskDelta delta = world.runDisk(run, disk.id()).delta(World.SITE, run.jobId());
    for (int extent = 0; extent < disk.geometry().extentCount(); extent++) {
      world.pass(Duration.ofHours(5));
      world.see(World.CONNECTOR);
      preparedAfterSilence(run);
      world.pass(Duration.ofHours(5));
      world.objects.put(ObjectKeys.segment(new SegmentCoordinates(delta, extent)), new byte[0]);

      assertThat(preparedAfterSilence(run).progressed()).isTrue();
      assertThat(world.run(run).course().stalledSince()).isNull();
      assertThat(world.run(run).course().durableExtents()).isEqualTo(extent + 1);
    }
  }

  @Test
  void prepare_storeRefusesForAWhile_costsNoPatience() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    reports.report(connector.opened(run, world.generation("vm-1"), disks));
    preparedAfterSilence(run);
    Instant since = world.run(run).course().stalledSince();
    world.pass(Duration.ofMinutes(5));
    for (int time = 0; time < 8; time++) {
      world.objects.beforeNextListing(
          () -> {
            throw new TransientException("503 Slow Down");
          });
      assertThatThrownBy(() -> preparedAfterSilence(run)).isInstanceOf(TransientException.class);
    }

    assertThat(preparedAfterSilence(run).progressed()).isFalse();
    assertThat(world.run(run).course().stalledSince()).isEqualTo(since);
  }

  @Test
  void prepare_executionThatDoesNotHaveTheRun_stops() {
    RunReference run = world.beginNext(job.id());
    world.state.runs().nextExecution(world.run(run).execution());

    assertThatThrownBy(() -> preparedAfterSilence(run))
        .isInstanceOf(RunNotActiveException.class)
        .hasMessageContaining(run.runId() + "-2 has it");
    assertThat(world.run(run).handOver().attempt()).isZero();
  }

  @Test
  void prepare_silentConnector_keepsItsQueue() {
    RunReference run = world.beginNext(job.id());
    world.pass(Duration.ofHours(1));
    assertThat(functions.prepared(run, 1).queueUrl()).endsWith(World.CONNECTOR.value());
  }

  @Test
  void prepare_runThatEnded_stops() {
    RunReference run = world.beginNext(job.id());
    world.fail(run);
    assertThatThrownBy(() -> functions.prepare(run, 1)).isInstanceOf(RunNotActiveException.class);
  }

  @Test
  void receipt_withoutItsDigests_isRefused() {
    RunReference run = world.beginNext(job.id());
    sendAll(run);
    RunDisk runDisk = world.runDisk(run, disk.id());
    String receipt = "RECEIPT#" + run.runId() + "#" + disk.id() + "#1#0000";
    world.raw.put(receipt, "0000000", "status", "applied");
    world.raw.set(receipt, "0000000", "generation", runDisk.generation().value());
    assertThatThrownBy(() -> world.state.receipts().find(runDisk, 0))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("has no segmentDigest");
  }
}
