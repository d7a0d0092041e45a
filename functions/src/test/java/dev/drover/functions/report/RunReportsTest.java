package dev.drover.functions.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryServer;
import dev.drover.protocol.message.Report.OpenedDisk;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What connectors report about a run. */
final class RunReportsTest {
  private static final DiskId ROOT = DiskId.of(World.VM_ID, "root.img");
  private static final DiskId DATA = DiskId.of(World.VM_ID, "data.img");
  private static final SnapshotId BASE = new SnapshotId("snap-0aaaaaaaaaaaaaaaa");
  private static final Generation FIRST = Generation.of(World.START, "one");
  private static final Generation SECOND = Generation.of(World.START.plusSeconds(1), "two");
  private static final Generation THIRD = Generation.of(World.START.plusSeconds(2), "three");
  private static final Generation FOURTH = Generation.of(World.START.plusSeconds(3), "four");
  private static final long GIB = 1L << 30;
  private static final long SEED = 42;

  private final World world = World.withServer();
  private final ReportFunction reports = new ReportFunction(world);
  private final RunReference run = atWork(null);

  /** A run that was handed to the connector, in its first attempt and without a base. */
  private RunReference atWork(@Nullable String encryptedWith) {
    world.add(World.SERVER, "web");
    world.creation.create(
        new JobCreation.Wish(
            World.SERVER,
            world.instant(),
            1,
            false,
            new Job.Settings(null, null, null, null, encryptedWith != null, encryptedWith),
            null));
    Job job =
        world
            .state
            .jobs()
            .list()
            .filter(it -> it.state() == Job.State.PENDING)
            .findFirst()
            .orElseThrow();
    RunReference reference = world.begin(job.id());
    handOver(reference, World.CONNECTOR);
    plan(reference, 1, null);
    return reference;
  }

  private void handOver(RunReference reference, ConnectorId connectorId) {
    world.state.runs().handOver(world.run(reference), connectorId, 1, null);
  }

  private void plan(RunReference reference, int attempt, @Nullable SnapshotId rootBase) {
    ReplicationPlan.Disk root =
        new ReplicationPlan.Disk(
            ROOT,
            rootBase == null ? null : base(rootBase),
            rootBase == null ? "first run" : null,
            false,
            ReadMode.FULL,
            null,
            null,
            List.of());
    ReplicationPlan plan =
        new ReplicationPlan(
            1,
            World.SITE,
            reference.jobId(),
            reference.runId(),
            attempt,
            1,
            World.SERVER,
            "web",
            false,
            null,
            ZeroPolicy.SEND,
            List.of(root));
    String key = ObjectKeys.plan(World.SITE, attempt(reference, attempt));
    world.objects.put(key, MessageJson.write(plan));
  }

  private static ReplicationPlan.Base base(SnapshotId snapshotId) {
    return new ReplicationPlan.Base(
        snapshotId,
        new RunId("sms-run-00000000"),
        "digests/x",
        Digest.ofText("list"),
        Digest.ofText("disk"),
        GIB);
  }

  /** Of the first epoch. */
  private String rootToken(int attempt) {
    return Digest.ofText(run.runId() + "/" + ROOT + "/epoch 1/attempt " + attempt).hex();
  }

  private static RunAttempt attempt(RunReference reference, int attempt) {
    return new RunAttempt(reference.jobId(), reference.runId(), attempt);
  }

  private static OpenedDisk disk(DiskId id, long sizeBytes, @Nullable SnapshotId base) {
    String label = id.equals(ROOT) ? "root.img" : "data.img";
    return new OpenedDisk(id, label, label, sizeBytes, base, null);
  }

  private Report.Opened opened(RunAttempt at, Generation generation, OpenedDisk... opened) {
    return new Report.Opened(
        1,
        world.origin(World.CONNECTOR),
        at,
        generation,
        world.instant(),
        Report.Consistency.AT_REST,
        Firmware.UEFI,
        List.of(opened));
  }

  private Report.Opened opened(int attempt, Generation generation, OpenedDisk... opened) {
    return opened(attempt(run, attempt), generation, opened);
  }

  private Report.Opened both(int attempt, Generation generation) {
    return opened(attempt, generation, disk(ROOT, GIB + 1, null), disk(DATA, 512, null));
  }

  private List<RunDisk> disks() {
    return world.state.disks().list(run.runId());
  }

  private RunSnapshots.Wish wishFor(RunDisk disk) {
    return Objects.requireNonNull(world.ebs.wishes().get(disk.snapshotId()));
  }

  private Run.Progress progress() {
    return world.run(run).progress();
  }

  private Run.Outcome outcome() {
    return world.run(run).outcome();
  }

  @Test
  void opened_startsASnapshotPerDisk() {
    assertThat(reports.report(both(1, FIRST))).isEmpty();

    assertThat(disks()).extracting(RunDisk::diskId).containsExactly(ROOT, DATA);
    assertThat(disks()).extracting(RunDisk::rootDevice).containsExactly(true, false);
    RunDisk root = disks().getFirst();
    assertThat(root.epoch()).isEqualTo(1);
    assertThat(root.baseReason()).isEqualTo("first run");
    assertThat(world.run(run).course().copiedWhole())
        .isEqualTo(
            "Copied whole disk 'root.img' (%s), because first run;".formatted(ROOT)
                + " disk 'data.img' (%s), because it was not there when the run was planned."
                    .formatted(DATA));
    assertThat(root.state()).isEqualTo(RunDisk.State.APPLYING);
    RunSnapshots.Wish wish = wishFor(root);
    assertThat(wish.geometry().volumeGib()).isEqualTo(2);
    assertThat(wish.encrypted()).isFalse();
    assertThat(wish.clientToken()).isEqualTo(rootToken(1));
    assertThat(wish.run()).isEqualTo(attempt(run, 1));
    assertThat(wish.diskId()).isEqualTo(ROOT);
    assertThat(world.run(run).handOver().generation()).isEqualTo(FIRST);
    assertThat(world.run(run).handOver().firmware()).isEqualTo(Firmware.UEFI);
  }

  @Test
  void opened_withThePlansBase_isItsChild() {
    world.ebs.add(BASE);
    plan(run, 1, BASE);

    reports.report(opened(1, FIRST, disk(ROOT, GIB, BASE)));

    RunDisk root = disks().getFirst();
    assertThat(root.base()).isEqualTo(new RunDisk.Base(BASE, "digests/x", Digest.ofText("list")));
    assertThat(wishFor(root).base()).isEqualTo(BASE);
    assertThat(world.run(run).course().copiedWhole()).isNull();
  }

  @Test
  void opened_withABaseForOneDiskOnly_saysWhichIsCopiedWholeAndWhy() {
    world.ebs.add(BASE);
    plan(run, 1, BASE);

    reports.report(opened(1, FIRST, disk(ROOT, GIB, BASE), disk(DATA, GIB, null)));

    assertThat(world.run(run).course().copiedWhole())
        .isEqualTo(
            "Copied whole disk 'data.img' (%s), because it was not there when the run was planned."
                .formatted(DATA));
  }

  @Test
  void opened_withoutADiskOfBefore_saysThatItIsGone_untilItIsBack() {
    String data = "disk 'data.img' (%s)".formatted(DATA);
    reports.report(both(1, FIRST));
    assertThat(world.run(run).course().disksGone()).isEmpty();

    reports.report(opened(1, SECOND, disk(ROOT, GIB + 1, null)));
    assertThat(world.run(run).course().disksGone()).containsExactly(data);
    assertThat(world.run(run).remarks().toString())
        .contains("Not in this copy, because the server has them no longer: " + data + ".");

    reports.report(opened(1, THIRD, disk(ROOT, GIB + 1, null)));
    assertThat(world.run(run).course().disksGone()).as("still").containsExactly(data);

    reports.report(both(1, FOURTH));
    assertThat(world.run(run).course().disksGone()).isEmpty();
  }

  @Test
  void opened_withAnotherBase_isRefusedAndTheRunSaysSo() {
    reports.report(opened(1, FIRST, disk(ROOT, GIB, BASE)));

    assertThat(disks()).isEmpty();
    assertThat(world.ebs.wishes()).isEmpty();
    assertThat(outcome().failureCode()).isEqualTo("Drover.GenerationRefused");
    assertThat(outcome().statusMessage()).contains(BASE.value());
  }

  @Test
  void opened_smallerThanItsBase_isRefusedAndTheRunSaysSo() {
    world.ebs.add(BASE);
    plan(run, 1, BASE);

    reports.report(opened(1, FIRST, disk(ROOT, GIB - 512, BASE)));

    assertThat(world.ebs.wishes()).isEmpty();
    assertThat(outcome().failureCode()).isEqualTo("Drover.GenerationRefused");
    assertThat(outcome().statusMessage()).contains("fewer than the " + GIB);
  }

  @Test
  void opened_inTheAttemptAfterARefusedOne_takesAnotherSnapshotThanWasDiscarded() {
    world.ebs.answerStarts(() -> new RunSnapshots.Outcome.Refused("refused", "details"));
    reports.report(both(1, FIRST));
    assertThat(outcome().failureCode()).isNotNull();
    world.ebs.answerStarts(null);
    handOver(run, World.CONNECTOR);
    assertThat(outcome().failureCode()).isNull();
    assertThat(outcome().statusMessage()).isNull();
    plan(run, 2, null);

    reports.report(opened(2, FIRST, disk(ROOT, GIB, null)));

    assertThat(wishFor(disks().getFirst()).clientToken()).isEqualTo(rootToken(2));
  }

  @Test
  void opened_again_startsNothing() {
    Report.Opened opened = both(1, FIRST);
    reports.report(opened);
    List<RunDisk> before = disks();

    reports.report(opened);
    reports.report(both(1, FIRST));

    assertThat(disks()).isEqualTo(before);
    assertThat(world.ebs.wishes()).hasSize(2);
    assertThat(world.ebs.deleted()).isEmpty();
  }

  @Test
  void opened_newerGeneration_takesFreshSnapshots() {
    reports.report(both(1, FIRST));
    List<SnapshotId> old = disks().stream().map(RunDisk::snapshotId).toList();

    reports.report(opened(1, SECOND, disk(ROOT, 3 * GIB, null)));

    assertThat(disks()).hasSize(1);
    assertThat(disks().getFirst().epoch()).isEqualTo(2);
    assertThat(disks().getFirst().generation()).isEqualTo(SECOND);
    assertThat(world.ebs.deleted()).containsExactlyInAnyOrderElementsOf(old);
  }

  @Test
  void opened_newerGenerationOfTheSameDisks_goesOnIntoTheirSnapshots() {
    reports.report(both(1, FIRST));
    List<RunDisk> old = disks();

    assertThat(reports.report(both(1, SECOND))).isEmpty();
    assertThat(reports.report(both(1, SECOND))).as("told twice").isEmpty();

    assertThat(disks()).extracting(RunDisk::generation).containsOnly(SECOND);
    assertThat(disks())
        .extracting(RunDisk::snapshotId, RunDisk::epoch, RunDisk::startedAt)
        .containsExactlyElementsOf(
            old.stream().map(it -> tuple(it.snapshotId(), it.epoch(), it.startedAt())).toList());
    assertThat(world.ebs.deleted()).isEmpty();
    assertThat(world.state.leftovers().doomed(run.runId())).isEmpty();
  }

  @Test
  void opened_newerGenerationOfDisksThatWereGivenBack_inheritsTheEpochsBefore() {
    reports.report(both(1, FIRST));
    for (RunDisk disk : disks()) {
      world.state.transaction().with(world.state.disks().giveBack(disk)).commit();
    }

    reports.report(both(1, SECOND));

    assertThat(disks()).extracting(RunDisk::epoch, RunDisk::firstEpoch).containsOnly(tuple(2, 1));
    assertThat(disks()).extracting(RunDisk::state).containsOnly(RunDisk.State.APPLYING);
  }

  @Test
  void opened_diskThatHasGrown_inheritsNothing() {
    reports.report(both(1, FIRST));

    reports.report(opened(1, SECOND, disk(ROOT, 4 * GIB, null), disk(DATA, GIB, null)));

    assertThat(disks()).extracting(RunDisk::epoch, RunDisk::firstEpoch).contains(tuple(2, 2));
  }

  @Test
  void opened_newerGeneration_deletesTheOldSnapshotsAlsoWhenTheFirstTryIsThrottled() {
    reports.report(both(1, FIRST));
    List<SnapshotId> old = disks().stream().map(RunDisk::snapshotId).toList();
    Report.Opened newer = opened(1, SECOND, disk(ROOT, 4 * GIB, null), disk(DATA, 4 * GIB, null));
    world.ebs.failNextDeletion(new TransientException("Request limit exceeded."));

    assertThat(reports.report(newer)).as("comes again").hasSize(1);
    assertThat(disks()).extracting(RunDisk::generation).containsOnly(SECOND);
    assertThat(reports.report(newer)).isEmpty();

    assertThat(world.ebs.deleted()).containsExactlyInAnyOrderElementsOf(old);
    assertThat(world.state.leftovers().doomed(run.runId())).isEmpty();
    assertThat(world.state.leftovers().runsAfter("", 10)).containsExactly(run);
  }

  @Test
  void opened_inTheNextAttempt_deletesWhatAnEarlierOneStartedAndCouldNotOpen() {
    Report.Opened first = both(1, FIRST);
    world.ebs.roomFor(1);
    assertThat(reports.report(first)).isEmpty();
    assertThat(world.ebs.existing()).hasSize(1);
    handOver(run, World.CONNECTOR);
    plan(run, 2, null);
    world.ebs.roomFor(100);

    assertThat(reports.report(both(2, SECOND))).isEmpty();

    assertThat(world.ebs.existing())
        .containsExactlyInAnyOrderElementsOf(disks().stream().map(RunDisk::snapshotId).toList());
  }

  @Test
  void opened_olderGenerationLate_isIgnored() {
    Report.Opened late = both(1, FIRST);
    reports.report(both(1, SECOND));
    List<RunDisk> before = disks();

    reports.report(late);

    assertThat(disks()).isEqualTo(before);
    assertThat(world.run(run).handOver().generation()).isEqualTo(SECOND);
  }

  @Test
  void opened_byAConnectorWhoseClockIsBehind_takesTheRunOver() {
    reports.report(both(1, SECOND));
    ConnectorId second = ConnectorId.declared(World.SITE, "site-2");
    handOver(run, second);
    plan(run, 2, null);
    Generation behind = Generation.of(World.START.minus(Duration.ofDays(10)), "three");

    reports.report(
        new Report.Opened(
            1,
            new ReportOrigin(World.SITE, second, 1, World.START.minus(Duration.ofDays(10))),
            attempt(run, 2),
            behind,
            World.START,
            Report.Consistency.AT_REST,
            Firmware.UEFI,
            List.of(disk(ROOT, GIB, null), disk(DATA, GIB, null))));

    assertThat(disks()).extracting(RunDisk::generation).containsOnly(behind);
    assertThat(world.run(run).handOver().generation()).isEqualTo(behind);
  }

  @Test
  void opened_clockSetBackWithinAnAttempt_takesTheLaterReport() {
    reports.report(both(1, SECOND));

    reports.report(both(1, FIRST));

    assertThat(disks()).extracting(RunDisk::generation).containsOnly(FIRST);
  }

  @Test
  void opened_sameGenerationInTheNextAttempt_goesOnInTheSameSnapshots() {
    reports.report(both(1, FIRST));
    List<RunDisk> before = disks();
    handOver(run, World.CONNECTOR);
    plan(run, 2, null);

    reports.report(both(2, FIRST));

    assertThat(disks()).isEqualTo(before);
  }

  @Test
  void opened_baseLostBetweenAttempts_takesAFreshSnapshotForThatDisk() {
    world.ebs.add(BASE);
    plan(run, 1, BASE);
    reports.report(opened(1, FIRST, disk(ROOT, GIB, BASE), disk(DATA, GIB, null)));
    RunDisk data = disks().getLast();
    handOver(run, World.CONNECTOR);
    plan(run, 2, null);

    reports.report(opened(2, FIRST, disk(ROOT, GIB, null), disk(DATA, GIB, null)));

    assertThat(disks().getFirst().epoch()).isEqualTo(2);
    assertThat(disks().getFirst().base()).isNull();
    assertThat(disks().getLast()).isEqualTo(data);
  }

  @Test
  void opened_ofAnOlderAttempt_isIgnored() {
    handOver(run, World.CONNECTOR);

    reports.report(both(1, FIRST));

    assertThat(disks()).isEmpty();
  }

  @Test
  void opened_byAConnectorThatHasNotTheAttempt_isIgnored() {
    handOver(run, ConnectorId.declared(World.SITE, "site-2"));
    plan(run, 2, null);

    reports.report(both(2, FIRST));

    assertThat(disks()).isEmpty();
    assertThat(world.log()).contains("run-report-ignored");
  }

  @Test
  void opened_afterTheRunFailed_startsNothing() {
    world.fail(run);

    reports.report(both(1, FIRST));

    assertThat(world.ebs.wishes()).isEmpty();
  }

  @Test
  void opened_firstTryDiedWithOtherParameters_takesTheNextEpoch() {
    // Between EBS and the table: the token is used, no item names the snapshot.
    RunSnapshots.Wish dead =
        new RunSnapshots.Wish(
            attempt(run, 1),
            ROOT,
            "root.img",
            1,
            new DiskGeometry(9 * GIB),
            null,
            false,
            null,
            false);
    assertThat(dead.clientToken()).isEqualTo(rootToken(1));
    assertThat(world.ebs.start(dead)).isInstanceOf(RunSnapshots.Outcome.Started.class);

    reports.report(opened(1, FIRST, disk(ROOT, GIB, null)));

    assertThat(disks().getFirst().epoch()).isEqualTo(2);
  }

  @Test
  void opened_noRoomForASnapshot_isSaidAndToldAgain() {
    world.ebs.roomFor(1);
    assertThat(reports.report(both(1, FIRST))).isEmpty();
    assertThat(disks()).isEmpty();
    assertThat(world.run(run).handOver().noRoom()).contains("1 snapshots are pending");
    assertThat(reports.report(both(1, FIRST))).as("told of once more").isEmpty();
    assertThat(outcome().failureCode()).isNull();
    List<InMemoryQueues.Sent> told = world.queues.take();
    assertThat(told)
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent.queueUrl()).isEqualTo(world.reportQueueUrl);
              assertThat(sent.delaySeconds()).isEqualTo(60);
            });

    world.pass(Duration.ofSeconds(60));
    assertThat(reports.send(told.getFirst().body())).isEmpty();
    assertThat(world.queues.take()).as("there is none yet").hasSize(1);
    world.ebs.roomFor(2);
    assertThat(reports.send(told.getFirst().body())).isEmpty();

    assertThat(disks()).hasSize(2);
    assertThat(world.ebs.deleted()).as("the first disk's was found again").isEmpty();
    assertThat(world.run(run).handOver().noRoom()).isNull();
    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void opened_snapshotGivenBack_isTheNextEpochOfTheSameGeneration() {
    reports.report(both(1, FIRST));
    RunDisk root = disks().getFirst();
    RunDisk data = disks().getLast();
    world.state.disks().putManifest(root, "reports/manifest");
    world.state.transaction().with(world.state.disks().giveBack(root)).commit();
    handOver(run, World.CONNECTOR);
    plan(run, 2, null);

    assertThat(reports.report(both(2, FIRST))).isEmpty();

    RunDisk next = disks().getFirst();
    assertThat(next.epoch()).isEqualTo(2);
    assertThat(next.state()).isEqualTo(RunDisk.State.APPLYING);
    assertThat(next.generation()).isEqualTo(FIRST);
    assertThat(next.manifestKey()).isEqualTo("reports/manifest");
    assertThat(next.snapshotId()).isNotEqualTo(root.snapshotId());
    assertThat(disks().getLast()).isEqualTo(data);
    assertThat(world.ebs.deleted()).containsExactly(root.snapshotId());
    Run.Opening opening = Objects.requireNonNull(world.run(run).handOver().opening());
    assertThat(opening.earlier()).as("it is none of its own predecessors").isEmpty();
  }

  @Test
  void opened_noAnswerFromEbs_comesAgain() {
    world.ebs.answerStarts(
        () -> {
          throw new TransientException("503");
        });
    assertThat(reports.report(both(1, FIRST))).hasSize(1);
    world.ebs.answerStarts(null);

    assertThat(reports.report(both(1, FIRST))).isEmpty();
    assertThat(disks()).hasSize(2);
  }

  @Test
  void opened_parentGone_isTheRunsFailure() {
    world.ebs.add(BASE);
    plan(run, 1, BASE);
    world.ebs.answerStarts(() -> new RunSnapshots.Outcome.Refused("no such parent", "details"));

    assertThat(reports.report(opened(1, FIRST, disk(ROOT, GIB, BASE)))).isEmpty();

    assertThat(outcome().statusMessage()).contains("no such parent");
  }

  @Test
  void opened_tooManyDisks_isTheRunsFailure() {
    OpenedDisk[] many =
        IntStream.rangeClosed(0, InventoryServer.MAX_DISKS)
            .mapToObj(i -> disk(DiskId.of("web", "disk" + i), GIB, null))
            .toArray(OpenedDisk[]::new);

    reports.report(opened(1, FIRST, many));

    assertThat(outcome().statusMessage()).contains("23 disks, at most 22");
    assertThat(disks()).isEmpty();
  }

  @Test
  void opened_withoutItsPlan_isRefused() {
    world.objects.delete(List.of(ObjectKeys.plan(World.SITE, attempt(run, 1))));

    assertThat(reports.report(both(1, FIRST))).isEmpty();
    assertThat(disks()).isEmpty();
    assertThat(world.log()).contains("there is no plan");
  }

  @Test
  void opened_inAnyOrderAndTwice_endsWithTheNewestGeneration() {
    List<Report.Opened> deliveries = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Report.Opened opened =
          both(1, Generation.of(World.START.plus(Duration.ofMinutes(i)), "generation " + i));
      deliveries.add(opened);
      deliveries.add(opened);
    }
    Generation newest = deliveries.getLast().generation();
    Collections.shuffle(deliveries, new Random(SEED));

    deliveries.forEach(reports::report);

    assertThat(disks()).extracting(RunDisk::generation).containsOnly(newest);
    assertThat(world.ebs.existing())
        .as("seed " + SEED)
        .containsExactlyInAnyOrderElementsOf(disks().stream().map(RunDisk::snapshotId).toList());
  }

  /** Opens one disk of a new run of a job with that key. */
  private RunReference openEncrypted(String key) {
    world.raw.delete("SERVER", World.SERVER.value());
    world.raw.delete("SERVERREF", World.SITE + "#web");
    RunReference encrypted = atWork(key);
    reports.report(opened(attempt(encrypted, 1), FIRST, disk(ROOT, GIB, null)));
    return encrypted;
  }

  @Test
  void opened_encryptedJob_wishesForTheJobsKey() {
    RunReference encrypted = openEncrypted("alias/sms");

    RunDisk opened = world.state.disks().list(encrypted.runId()).getFirst();
    assertThat(wishFor(opened).encrypted()).isTrue();
    assertThat(wishFor(opened).kmsKeyId()).isEqualTo("alias/sms");
  }

  @Test
  void opened_unknownKey_isTheRunsFailure() {
    world.ebs.answerStarts(
        () -> new RunSnapshots.Outcome.Refused("alias/nope is not found", "details"));

    RunReference encrypted = openEncrypted("alias/nope");

    assertThat(world.state.disks().list(encrypted.runId())).isEmpty();
    assertThat(world.run(encrypted).outcome().statusMessage()).contains("alias/nope is not found");
  }

  private Report.Progress read(long bytesRead) {
    return new Report.Progress(
        1,
        world.origin(World.CONNECTOR),
        attempt(run, 1),
        FIRST,
        List.of(
            new Report.DiskProgress(ROOT, 100, bytesRead, 20, 10),
            new Report.DiskProgress(DATA, 100, 0, 0, 0)));
  }

  @Test
  void progress_isShownAndNeverGoesBack() {
    Report.Progress early = read(20);
    Report.Progress late = read(84);

    reports.report(late);
    reports.report(early);
    reports.report(late);

    Instant now = world.instant();
    assertThat(progress())
        .isEqualTo(
            new Run.Progress(Run.Stage.UPLOADING, "42%", 84, 20, 10, null, pace(1, now, 84, now)));
  }

  private static Run.Pace pace(int attempt, Instant since, long before, Instant until) {
    // In whole milliseconds, as the table has times.
    return new Run.Pace(
        attempt,
        since.truncatedTo(ChronoUnit.MILLIS),
        before,
        until.truncatedTo(ChronoUnit.MILLIS),
        200);
  }

  @Test
  void progress_pace_isThatOfTheAttemptSinceItsFirstReport() {
    reports.report(read(20));
    Instant first = world.instant();
    world.pass(Duration.ofSeconds(10));
    reports.report(read(84));

    assertThat(progress().pace()).isEqualTo(pace(1, first, 20, world.instant()));
    assertThat(Objects.requireNonNull(progress().pace()).bytesPerSecond(84)).isEqualTo(6);

    // A connector that begins anew reads anew.
    world.pass(Duration.ofSeconds(10));
    reports.report(read(4));
    assertThat(progress().pace()).isEqualTo(pace(1, world.instant(), 4, world.instant()));
    assertThat(Objects.requireNonNull(progress().pace()).bytesPerSecond(4)).isZero();
  }

  private Report.Progress expecting(@Nullable Long rootZeros, @Nullable Long dataZeros) {
    return new Report.Progress(
        1,
        world.origin(World.CONNECTOR),
        attempt(run, 1),
        FIRST,
        List.of(
            new Report.DiskProgress(ROOT, 100, 0, 20, 10, rootZeros, null),
            new Report.DiskProgress(DATA, 100, 0, 0, 0, dataZeros, null)));
  }

  @Test
  void progress_zerosOfACopyWithoutABase_saysWhatTheyTakeAndTheSetting() {
    reports.report(expecting(3L << 40, 1L << 40));

    assertThat(progress().zeros())
        .isEqualTo(
            "About 4,096 GiB of this copy are zeros, which are put into EBS like other blocks: 2.6"
                + " hours at least, and 50.33 US dollars. If nothing made of it will be encrypted,"
                + " Drover_V1.PutReplicationJobSettings with zeroBlocks = omit leaves them out of the"
                + " job's next copy without a base.");
  }

  @Test
  void progress_fewZeros_saysNothing() {
    reports.report(expecting((1L << 30) - 1, null));
    assertThat(progress().zeros()).isNull();

    reports.report(expecting(null, null));
    assertThat(progress().zeros()).isNull();
  }

  @Test
  void progress_zerosOfAJobThatOmitsThem_saysWhyTheyAreSent() {
    world.raw.set("JOB#" + run.jobId(), "RUN#" + run.runId(), "zeroBlocks", "omit");
    reports.report(expecting(1L << 40, null));
    assertThat(progress().zeros())
        .contains("although the job's zeroBlocks is omit, because new snapshots are encrypted")
        .contains("turn EBS encryption by default off");
  }

  @Test
  void progress_absurdZeros_areNoMoreThanTheDisksMayHave() {
    reports.report(expecting(Long.MAX_VALUE, Long.MAX_VALUE));
    assertThat(progress().zeros()).startsWith("About 131,072 GiB");
  }

  @Test
  void progress_absurdCounts_isAHundredPercentAtMost() {
    reports.report(
        new Report.Progress(
            1,
            world.origin(World.CONNECTOR),
            attempt(run, 1),
            FIRST,
            List.of(
                new Report.DiskProgress(ROOT, 1, Long.MAX_VALUE, 0, 0),
                new Report.DiskProgress(DATA, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0))));

    assertThat(progress().stageProgress()).isEqualTo("100%");
    assertThat(progress().bytesRead()).isPositive();
  }

  @Test
  void completed_isConverting_andLateProgressDoesNotUndoIt() {
    Report.Progress late = read(84);
    reports.report(read(100));
    reports.report(
        new Report.Completed(1, world.origin(World.CONNECTOR), attempt(run, 1), FIRST, List.of()));

    reports.report(late);
    reports.report(read(100));

    assertThat(progress().stage()).isEqualTo(Run.Stage.CONVERTING);
    assertThat(progress().bytesRead()).isEqualTo(100);
  }

  @Test
  void failed_isSaid_andTheExecutionDecides() {
    reports.report(
        new Report.Failed(
            1,
            world.origin(World.CONNECTOR),
            attempt(run, 1),
            "SourceUnreadable",
            true,
            "root.img cannot be read."));

    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(outcome().statusMessage()).isEqualTo("root.img cannot be read.");
    assertThat(outcome().failureCode()).isNull();
  }
}
