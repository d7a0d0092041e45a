package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunction;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.run.RunLeftovers;
import dev.drover.functions.run.UnusedSnapshots;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LeftoverSweepTest {
  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final TestDisk disk = new TestDisk("root.img", 524_288).fill(0, 1);
  private final List<TestDisk> disks = List.of(disk);
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final SnapshotFunctions snapshots = new SnapshotFunctions(world);
  private final StagedObjects staging = new StagedObjects(world.objects);
  private final LeftoverSweep sweep =
      new LeftoverSweep(
          world.state,
          world.strays,
          new RunLeftovers(
              world.state,
              world.site,
              new UnusedSnapshots(
                  world.state, world.ebs, world.images, world.objects, world.eventLog),
              staging),
          new EndedBases(world.state, world.objects, world.eventLog),
          world,
          world.eventLog);

  private SnapshotId startedAndLost(RunReference run, int attempt) {
    return world.ebs.start(
        null,
        Map.of(
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
    sweep.sweep();
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(1);
    world.starter.delete(job.id());

    sweep.sweep();

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

    sweep.sweep();

    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(world.state.bases().list(job.id())).isEmpty();
    assertThat(world.state.jobs().endedWithBases()).isEmpty();
  }

  @Test
  void sweep_jobWhoseTimeIsOver_losesDigestListsToo() {
    published();
    world.pass(JobEnd.LIFETIME);

    world.starter.advance(job.id(), world.instant());
    sweep.sweep();

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
    sweep.sweep();

    assertThat(world.job(once.id()).state()).isEqualTo(Job.State.COMPLETED);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(world.images.registered()).hasSize(1);
  }

  @Test
  void sweep_runThatFailedWithoutCleanUp_leavesNothingOfIt() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run);

    sweep.sweep();

    assertThat(world.ebs.existing()).isEmpty();
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).isEmpty();
    assertThat(staged(run)).isEmpty();
  }

  @Test
  void sweep_whatCameAfterTheEnd_goesTheNextTimeAndThenTheRunIsForgotten() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.fail(run);
    sweep.sweep();
    String late = ObjectKeys.stagingOfRun(World.SITE, job.id(), run.runId()) + "late";
    world.objects.put(late, new byte[0]);
    startedAndLost(run, 1);

    world.pass(AN_HOUR);
    assertThat(sweep.sweep()).isEqualTo(1);

    assertThat(world.ebs.existing()).isEmpty();
    assertThat(world.objects.keys()).doesNotContain(late);
    world.pass(Duration.ofHours(23));
    assertThat(sweep.sweep()).isEqualTo(1);
    assertThat(sweep.sweep()).isZero();
  }

  @Test
  void sweep_committedRun_keepsItsImageAndDeletesOnlyWhatIsNobodys() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    SnapshotId used = world.runDisk(run, disk.id()).snapshotId();
    startedAndLost(run, 1);
    assertThat(new ImageFunction(world).publish(run)).isEqualTo("available");

    sweep.sweep();

    assertThat(world.ebs.existing()).containsExactly(used);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(1);
    assertThat(staged(run)).isEmpty();
  }

  @Test
  void sweep_runAtWork_keepsWhatItsAttemptMayStillOpen() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    SnapshotId used = world.runDisk(run, disk.id()).snapshotId();
    SnapshotId first = startedAndLost(run, 1);

    sweep.sweep();
    assertThat(world.ebs.existing()).containsExactlyInAnyOrder(used, first);

    snapshots.prepare(run, 1);
    SnapshotId second = startedAndLost(run, 2);
    sweep.sweep();
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

    assertThatThrownBy(sweep::sweep).hasMessage("1 of 2 runs and jobs were not swept");
    assertThat(world.ebs.existing()).hasSize(1);
    sweep.sweep();

    assertThat(world.ebs.existing()).isEmpty();
  }
}
