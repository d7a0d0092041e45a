package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.Executions;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Queues;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunction;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.run.RunLeftovers;
import dev.drover.functions.run.SiteCleanUp;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.run.UnusedSnapshots;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Rounds;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

final class LeftoverSweepTest {
  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final TestDisk disk = new TestDisk("root.img", 524_288).fill(0, 1);
  private final List<TestDisk> disks = List.of(disk);
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final SnapshotFunctions snapshots = new SnapshotFunctions(world);
  private final LeftoverSweep sweep =
      sweepOf(
          world.state,
          world.ebs,
          world.images,
          world.objects,
          world.schedule,
          world.executions,
          world.queues);

  private LeftoverSweep sweepOf(
      State state,
      Snapshots ebs,
      Images images,
      ObjectStore objects,
      RunSchedule schedule,
      Executions executions,
      Queues queues) {
    SiteCleanUp site =
        new SiteCleanUp(
            state, new ConnectorQueues(queues, World.TASK_QUEUES), world, world.eventLog);
    RunLeftovers cleanUp =
        new RunLeftovers(
            state,
            site,
            new UnusedSnapshots(state, ebs, images, world.imports, objects, world.eventLog),
            new StagedObjects(objects));
    StraySnapshots strays = new StraySnapshots(state, ebs, objects, world.eventLog);
    List<Station> stations = new ArrayList<>();
    stations.add(new EndedRuns(state, strays, cleanUp, world));
    stations.add(new EndedBases(state, objects, world.eventLog));
    stations.add(
        new UnfinishedApps(state, world.appReplication, world.launchSteps, world.testLaunchSteps));
    stations.addAll(
        Audit.of(
                state,
                executions,
                schedule,
                images,
                world.imports,
                ebs,
                world.instances,
                world.stacks::resources,
                world.volumes,
                objects,
                world,
                world.eventLog)
            .stations());
    return new LeftoverSweep(state, stations, world, world.eventLog);
  }

  private int sweep() {
    return sweep.sweep(world.instant().plus(AN_HOUR));
  }

  private SnapshotId startedAndLost(RunReference run, int attempt) {
    return world.ebs.start(
        null,
        Map.of(
            Snapshots.TAG_JOB, run.jobId().value(),
            Snapshots.TAG_RUN, run.runId().value(),
            Snapshots.TAG_ATTEMPT, Integer.toString(attempt)));
  }

  private List<String> staged(RunReference run) {
    return world.objects.keys().stream()
        .filter(key -> key.startsWith(ObjectKeys.stagingOfRun(World.SITE, job.id(), run.runId())))
        .toList();
  }

  private RunReference published() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    new ImageFunction(world).publish(run);
    return run;
  }

  @Test
  void sweep_jobThatWasDeleted_losesDigestListsAndBasesButNoSnapshot() {
    published();
    sweep();
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(1);
    world.starter.delete(job.id());

    sweep();

    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(world.state.bases().list(job.id())).isEmpty();
    assertThat(world.ebs.existing()).hasSize(1);
    assertThat(world.images.registered()).hasSize(1);
    assertThat(world.state.jobs().endedWithBases()).isEmpty();
  }

  /** It ended before there was a sweep of digest lists. */
  @Test
  void sweep_jobThatEndedLongAgo_losesDigestListsToo() {
    published();
    world.raw.set("JOB", job.id().value(), "state", "DELETED");

    sweep();

    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(world.state.bases().list(job.id())).isEmpty();
    assertThat(world.state.jobs().endedWithBases()).isEmpty();
  }

  @Test
  void sweep_jobWhoseTimeIsOver_losesDigestListsToo() {
    published();
    world.pass(JobEnd.LIFETIME);

    world.starter.advance(job.id(), world.instant());
    sweep();

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
  }

  @Test
  void sweep_oneTimeJobThatMadeItsImage_losesDigestListsToo() {
    world.starter.delete(job.id());
    Job once = world.oneTimeJob(Duration.ofDays(1));
    RunReference run = snapshots.replicate(once.id(), disks, Map.of());
    new ImageFunction(world).publish(run);

    world.jobEnd.finish(world.job(once.id()), world.run(run), world.instant());
    sweep();

    assertThat(world.job(once.id()).state()).isEqualTo(Job.State.COMPLETED);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(world.images.registered()).hasSize(1);
  }

  @Test
  void sweep_runThatFailedWithoutCleanUp_leavesNothingOfIt() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run);

    sweep();

    assertThat(world.ebs.existing()).isEmpty();
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(staged(run)).isEmpty();
  }

  @Test
  void sweep_whatCameAfterTheEnd_goesTheNextTimeAndThenTheRunIsForgotten() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run);
    sweep();
    String late = ObjectKeys.stagingOfRun(World.SITE, job.id(), run.runId()) + "late";
    world.objects.put(late, new byte[0]);
    startedAndLost(run, 1);

    world.pass(AN_HOUR);
    assertThat(sweep()).isEqualTo(1);

    assertThat(world.ebs.existing()).isEmpty();
    assertThat(world.objects.keys()).doesNotContain(late);
    world.pass(Duration.ofHours(23));
    assertThat(sweep()).isEqualTo(1);
    assertThat(sweep()).isZero();
  }

  @Test
  void sweep_committedRun_keepsItsImageAndDeletesOnlyWhatIsNobodys() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    SnapshotId used = world.runDisk(run, disk.id()).snapshotId();
    startedAndLost(run, 1);
    assertThat(new ImageFunction(world).publish(run)).isEqualTo("available");

    sweep();

    assertThat(world.ebs.existing()).containsExactly(used);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(1);
    assertThat(staged(run)).isEmpty();
  }

  @Test
  void sweep_runAtWork_keepsWhatItsAttemptMayStillOpen() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    SnapshotId used = world.runDisk(run, disk.id()).snapshotId();
    SnapshotId first = startedAndLost(run, 1);

    sweep();
    assertThat(world.ebs.existing()).containsExactlyInAnyOrder(used, first);

    snapshots.prepare(run, 1);
    SnapshotId second = startedAndLost(run, 2);
    sweep();
    assertThat(world.ebs.existing()).containsExactlyInAnyOrder(used, second);
    assertThat(staged(run)).isNotEmpty();
  }

  @Test
  void sweep_oneRunFails_looksAfterTheOthersAndComesAgain() {
    RunReference one = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(one);
    world.see(World.CONNECTOR);
    RunReference other = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(other);
    world.ebs.failNextDeletion(new TransientException("Request limit exceeded."));

    assertThatThrownBy(this::sweep)
        .hasMessage("1 of 2 runs, jobs and leftovers were not swept; see the log");
    assertThat(world.ebs.existing()).hasSize(1);
    sweep();

    assertThat(world.ebs.existing()).isEmpty();
  }

  /** No item of the table names it: its record went, or there never was one. */
  @Test
  void sweep_whatNoRecordNames_isFoundByWhatExists() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run, Job.State.ACTIVE, null);
    world.state.leftovers().forget(run);
    RunId nobodys = new RunId("sms-run-0000ffff");
    world.schedule.standing.put(new RunReference(job.id(), nobodys), World.START);

    sweep();
    assertThat(world.ebs.existing()).as("somebody may be writing").hasSize(1);
    world.pass(AN_HOUR);
    sweep();

    assertThat(world.ebs.existing()).isEmpty();
    assertThat(staged(run)).isEmpty();
    assertThat(world.schedule.standing)
        .hasSize(1)
        .doesNotContainKey(new RunReference(job.id(), nobodys));
  }

  /** Nobody asked for their removal, and only a person can say. */
  @Test
  void sweep_whatSomebodyMayWant_stays() {
    RunReference run = published();
    sweep();
    world.images.deregister(String.valueOf(world.run(run).outcome().amiId()));
    world.raw.delete("BASE#" + job.id(), disk.id().value());
    startedAndLost(
        new RunReference(new JobId("sms-job-0000ffff"), new RunId("sms-run-0000ffff")), 1);
    world.pass(Duration.ofDays(30));

    sweep();

    assertThat(world.ebs.existing()).hasSize(2);
    assertThat(world.audit.look("", 100, world.instant().plus(AN_HOUR)).leftovers())
        .extracting(Leftover::removal)
        .containsExactly(Leftover.Removal.ON_REQUEST, Leftover.Removal.BY_HAND);
  }

  @Test
  void sweep_outOfTime_goesOnWhereItStoppedUntilAllIsDone() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run, Job.State.ACTIVE, null);
    world.state.leftovers().forget(run);
    world.pass(AN_HOUR);
    Set<String> begun = new LinkedHashSet<>();
    for (int call = 0; call < 10; call++) {
      sweep.sweepIfDue(world.instant());
      world.pass(Duration.ofMinutes(5));
      world.state.sweep().due(world).ifPresent(round -> begun.add(round.at()));
    }
    assertThat(begun)
        .containsExactly(
            "jobs",
            "applications",
            "execution",
            "schedule",
            "image",
            "snapshot",
            "digest-list",
            "staging",
            "application-object");
    assertThat(world.ebs.existing()).as("no work was begun").hasSize(1);
    world.pass(AN_HOUR);

    sweep.sweepIfDue(world.instant().plus(AN_HOUR));

    assertThat(world.ebs.existing()).isEmpty();
    assertThat(staged(run)).isEmpty();
  }

  /** AWS forgets within hours where a listing was. */
  @Test
  void sweep_cursorThatLeadsNowhere_beginsThatKindOrAllAnew() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run, Job.State.ACTIVE, null);
    world.state.leftovers().forget(run);
    world.pass(AN_HOUR);
    for (String at : List.of("snapshot/forgotten", "what-was-once/1")) {
      SnapshotId left = startedAndLost(run, 1);
      world.pass(AN_HOUR);
      Rounds.Round round = world.state.sweep().now(world);
      round.goOnAt(at);
      round.leave();
      world.pass(Duration.ofMinutes(5));

      sweep.sweepIfDue(world.instant().plus(AN_HOUR));
      world.pass(AN_HOUR);
      sweep.sweepIfDue(world.instant().plus(AN_HOUR));

      assertThat(world.ebs.existing()).doesNotContain(left);
    }
  }

  /**
   * Lambda kills it at its time, or its process dies, between any two calls of the table and the
   * account: the next two rounds leave nothing.
   */
  @Test
  void sweep_killedBetweenAnyTwoCalls_leavesNothingAfterTheNext() {
    published();
    sweep();
    Set<SnapshotId> wanted = world.ebs.existing();
    Set<String> lists = digestLists();
    int calls = 0;
    boolean wasKilled = true;
    while (wasKilled) {
      world.see(World.CONNECTOR);
      RunReference recorded = leftByARun();
      RunReference forgotten = leftByARun();
      world.state.leftovers().forget(forgotten);
      world.objects.put(
          ObjectKeys.digestList(World.SITE, job.id(), disk.id(), new SnapshotId("snap-0000000f")),
          new byte[32]);
      // The runs of the round before are forgotten: each round makes as many calls.
      world.pass(Duration.ofHours(25));
      calls++;
      wasKilled = killedBefore(calls);

      world.pass(Duration.ofMinutes(1));
      // A part that killed it once has another try.
      sweep.sweepIfDue(world.instant().plus(AN_HOUR));

      assertThat(world.audit.look("", 100, world.instant().plus(AN_HOUR)).leftovers())
          .as("killed before call %d", calls)
          .isEmpty();
      assertThat(world.ebs.existing()).isEqualTo(wanted);
      assertThat(digestLists()).isEqualTo(lists);
      assertThat(staged(recorded)).isEmpty();
      assertThat(staged(forgotten)).isEmpty();
    }
    assertThat(calls).isGreaterThan(40);
  }

  private RunReference leftByARun() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run, Job.State.ACTIVE, null);
    startedAndLost(run, 1);
    return run;
  }

  private Set<String> digestLists() {
    return world.objects.keys().stream()
        .filter(key -> key.startsWith(ObjectKeys.DIGESTS))
        .collect(Collectors.toSet());
  }

  /** Sweeps with a process that dies before that call; false: it made none of that number. */
  private boolean killedBefore(int call) {
    DyingProcess process = new DyingProcess(call);
    State state =
        new State(process.of(DynamoDbClient.class, world.table()), "drover", new Random(1));
    Snapshots ebs = process.of(Snapshots.class, world.ebs);
    Images images = process.of(Images.class, world.images);
    ObjectStore objects = process.of(ObjectStore.class, world.objects);
    try {
      sweepOf(
              state,
              ebs,
              images,
              objects,
              process.of(RunSchedule.class, world.schedule),
              process.of(Executions.class, world.executions),
              process.of(Queues.class, world.queues))
          .sweepIfDue(world.instant().plus(AN_HOUR));
    } catch (DyingProcess.Killed | TransientException e) {
      // As nobody hears of it.
    }
    return process.isDead();
  }
}
