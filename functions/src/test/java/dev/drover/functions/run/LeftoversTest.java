package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunction;
import dev.drover.functions.image.PruneImages;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LeftoversTest {
  private final TestDisk disk = new TestDisk("root.img", 524_288).fill(0, 1);
  private final List<TestDisk> disks = List.of(disk);
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final SnapshotFunctions snapshots = new SnapshotFunctions(world);
  private final ImageFunction images = new ImageFunction(world);
  private final StagedObjects purge = new StagedObjects(world.objects);
  private final UnusedSnapshots pending =
      new UnusedSnapshots(
          world.state, world.ebs, world.images, world.imports, world.objects, world.eventLog);
  private final PruneImages prune =
      new PruneImages(world.state, world.images, world.ebs, world.objects, world.eventLog);

  private RunReference published() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    assertThat(images.publish(run)).isEqualTo("available");
    world.pass(Duration.ofHours(1));
    world.see(World.CONNECTOR);
    return run;
  }

  @Test
  void purge_manyObjectsOfTwoRuns_deletesOnlyTheRuns() {
    RunId run = new RunId("sms-run-00000009");
    String prefix = ObjectKeys.stagingOfRun(World.SITE, job.id(), run);
    for (int i = 0; i < 2_001; i++) {
      world.objects.put(prefix + i, new byte[0]);
    }
    world.objects.put(ObjectKeys.STAGING + "site/another", new byte[0]);
    assertThat(purge.purge(World.SITE, job.id(), run)).isEqualTo(2_001);
    assertThat(purge.purge(World.SITE, job.id(), run)).isZero();
    assertThat(world.objects.list(ObjectKeys.STAGING)).hasSize(1);
  }

  @Test
  void cleanUp_failedRun_leavesTheBaseAndNothingOfItsOwn() {
    RunReference first = published();
    RunDisk base = world.runDisk(first, disk.id());
    world.images.registerAs(Images.Status.PENDING);
    RunReference second = snapshots.replicate(job.id(), disks, Map.of(disk.id(), disk.digests()));
    images.publish(second);
    world.fail(second);

    RunLeftovers leftovers = new RunLeftovers(world.state, world.site, pending, purge);
    leftovers.cleanUp(second);
    leftovers.cleanUp(second);
    assertThat(world.ebs.existing()).containsExactly(base.snapshotId());
    assertThat(world.images.registered()).hasSize(1);
    assertThat(world.objects.keys())
        .noneMatch(
            key -> key.startsWith(ObjectKeys.STAGING) && key.contains(second.runId().value()))
        .filteredOn(key -> key.startsWith(ObjectKeys.DIGESTS))
        .hasSize(1);
  }

  @Test
  void cleanUp_runThatIsKeptOrAtWork_removesNothing() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    RunLeftovers leftovers = new RunLeftovers(world.state, world.site, pending, purge);
    Set<String> keys = world.objects.keys();

    leftovers.cleanUp(run);
    world.failAndKeep(job.id());
    leftovers.cleanUp(run);

    assertThat(world.ebs.existing()).hasSize(1);
    assertThat(world.objects.keys()).isEqualTo(keys);
    world
        .state
        .transaction()
        .with(world.state.runs().discard(world.run(run), world.instant()))
        .commit();
    leftovers.cleanUp(run);
    assertThat(world.ebs.existing()).isEmpty();
  }

  /** Defects 7 and 13 of the review: what a commit does not name, nobody would remove. */
  @Test
  void cleanUp_completedRun_removesWhatIsNoneOfIt() {
    RunReference run = published();
    SnapshotId own = world.runDisk(run, disk.id()).snapshotId();
    SnapshotId stray = world.ebs.start(null, Map.of("drover:run", run.runId().value()));
    String list = ObjectKeys.digestList(World.SITE, job.id(), disk.id(), stray);
    world.objects.put(list, new byte[0]);
    world.objects.put(
        ObjectKeys.stagingOfRun(World.SITE, job.id(), run.runId()) + "x", new byte[0]);

    new RunLeftovers(world.state, world.site, pending, purge).cleanUp(run);

    assertThat(world.ebs.existing()).containsExactly(own);
    assertThat(world.objects.keys())
        .noneMatch(key -> key.startsWith(ObjectKeys.STAGING))
        .doesNotContain(list)
        .contains(ObjectKeys.digestList(World.SITE, job.id(), disk.id(), own));
    assertThat(world.state.leftovers().runsAfter("", 10)).containsExactly(run);
  }

  @Test
  void delete_committedRun_deletesNothing() {
    RunReference run = published();
    assertThat(pending.delete(World.SITE, world.run(run))).isZero();
    assertThat(world.ebs.existing()).hasSize(1);
    assertThat(world.images.registered()).hasSize(1);
  }

  @Test
  void delete_snapshotThatOnlyItsTagNames_goesToo() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.ebs.start(null, Map.of("drover:run", run.runId().value()));
    assertThat(pending.delete(World.SITE, world.run(run))).isEqualTo(2);
    assertThat(world.ebs.existing()).isEmpty();
  }

  @Test
  void delete_snapshotThatIsStillInUse_comesAgain() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.ebs.use(world.runDisk(run, disk.id()).snapshotId());
    assertThatThrownBy(() -> pending.delete(World.SITE, world.run(run)))
        .isInstanceOf(TransientException.class);
  }

  @Test
  void prune_noNumber_keepsAll() {
    published();
    assertThat(prune.prune(published()).removedImages()).isZero();
    world.raw.set("JOB", job.id().value(), "numberOfRecentAmisToKeep", 0);
    assertThat(prune.prune(published()).removedImages()).isZero();
    assertThat(world.images.registered()).hasSize(3);
  }

  private RunReference publishedWithOneToKeep() {
    world.raw.set("JOB", job.id().value(), "numberOfRecentAmisToKeep", 1);
    return published();
  }

  private String amiOf(RunReference run) {
    return String.valueOf(world.run(run).outcome().amiId());
  }

  @Test
  void prune_imageThatSomebodyUses_isLeftWholeAndSaid() {
    RunReference old = publishedWithOneToKeep();
    world.images.use(amiOf(old), "instance i-1 was launched from it");
    RunReference newest = published();

    assertThat(prune.prune(newest).removedImages()).isZero();

    assertThat(world.images.registered()).hasSize(2);
    assertThat(world.ebs.existing()).hasSize(2);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(2);
    assertThat(world.job(job.id()).statusMessage())
        .isEqualTo(
            "1 AMI older than the newest one was left: %s (instance i-1 was launched from it)."
                    .formatted(amiOf(old))
                + " What nobody uses any more goes after the next run; what has lost its tag is"
                + " yours to delete.");
    assertThat(world.log()).contains("image-left");
  }

  @Test
  void prune_imageThatNobodyUsesAnyMore_goesAfterTheNextRunAndNothingIsSaid() {
    RunReference old = publishedWithOneToKeep();
    world.images.use(amiOf(old), "it is shared with everybody");
    prune.prune(published());
    world.images.use(amiOf(old), null);

    assertThat(prune.prune(published()).removedImages()).isEqualTo(2);

    assertThat(world.images.registered()).hasSize(1);
    assertThat(world.job(job.id()).statusMessage()).isNull();
  }

  @Test
  void prune_imageWhoseTagsWereTakenAway_isLeft() {
    RunReference old = publishedWithOneToKeep();
    world.images.untag(amiOf(old));

    assertThat(prune.prune(published()).removedImages()).isZero();

    assertThat(world.job(job.id()).statusMessage()).contains("its tag drover:run was taken away");
  }

  @Test
  void prune_snapshotWhoseTagsWereTakenAway_isLeftAndSaidAndHoldsUpNothing() {
    RunReference old = publishedWithOneToKeep();
    SnapshotId taken = world.runDisk(old, disk.id()).snapshotId();
    RunReference newest = published();
    world.ebs.untag(taken);

    assertThat(prune.prune(newest).removedImages()).isEqualTo(1);

    assertThat(world.images.registered()).hasSize(1);
    assertThat(world.ebs.existing()).hasSize(2).contains(taken);
    assertThat(world.job(job.id()).statusMessage())
        .isEqualTo(
            "1 snapshot of AMIs older than the newest one was left: %s (its tag drover:run was taken away)."
                    .formatted(taken)
                + " What nobody uses any more goes after the next run; what has lost its tag is"
                + " yours to delete.");
    assertThat(prune.prune(newest).removedImages()).isZero();
    world.ebs.tag(List.of(taken), Map.of(Snapshots.TAG_RUN, old.runId().value()));
    prune.prune(newest);
    assertThat(world.ebs.existing()).hasSize(1);
  }

  @Test
  void prune_imageThatSomebodyDeregistered_losesWhatItLeft() {
    RunReference old = publishedWithOneToKeep();
    world.images.deregister(amiOf(old));

    prune.prune(published());

    assertThat(world.ebs.existing()).hasSize(1);
  }

  @Test
  void prune_whatIsLeft_isSaidOfNoJobThatIsBeingDeleted() {
    RunReference old = publishedWithOneToKeep();
    world.images.use(amiOf(old), "it is shared with everybody");
    RunReference newest = published();
    world.state.jobs().delete(world.job(job.id()));

    prune.prune(newest);

    assertThat(world.job(job.id()).statusMessage()).isEqualTo("The job is being deleted.");
  }

  @Test
  void prune_fourThatAreUsed_namesThreeOfThem() {
    world.raw.set("JOB", job.id().value(), "numberOfRecentAmisToKeep", 2);
    for (int i = 0; i < 4; i++) {
      world.images.use(amiOf(published()), "it is shared with everybody");
    }
    published();

    prune.prune(published());

    assertThat(world.job(job.id()).statusMessage())
        .startsWith("4 AMIs older than the newest 2 were left: ")
        .contains(" and 1 more. ");
  }

  @Test
  void prune_twoToKeep_removesOlderOnesWithSnapshotsAndLists() {
    world.raw.set("JOB", job.id().value(), "numberOfRecentAmisToKeep", 2);
    RunReference oldest = published();
    RunReference middle = published();
    RunReference newest = published();
    assertThat(prune.prune(newest).removedImages()).isEqualTo(1);
    assertThat(prune.prune(newest).removedImages()).isZero();
    assertThat(world.images.registered().values())
        .extracting(Images.Request::name)
        .containsExactlyInAnyOrder("drover-" + middle.runId(), "drover-" + newest.runId());
    assertThat(world.ebs.existing())
        .containsExactlyInAnyOrder(
            world.runDisk(middle, disk.id()).snapshotId(),
            world.runDisk(newest, disk.id()).snapshotId());
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(2);
    assertThat(world.run(oldest).state()).isEqualTo(Run.State.COMPLETED);
  }
}
