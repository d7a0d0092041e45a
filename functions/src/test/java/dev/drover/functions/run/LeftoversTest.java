package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.TestDisk;
import dev.drover.functions.account.TestRun;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunctions;
import dev.drover.functions.image.PruneImages;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LeftoversTest {
  private final TestDisk disk = new TestDisk("root.img", 524_288).fill(0, 1);
  private final List<TestDisk> disks = List.of(disk);
  private final TestRun account = new TestRun(disks);
  private final SnapshotFunctions snapshots = new SnapshotFunctions(account);
  private final ImageFunctions images = new ImageFunctions(account);
  private final StagedObjects purge = new StagedObjects(account.objects);
  private final UncommittedSnapshots pending =
      new UncommittedSnapshots(
          account.state, account.ebs, account.images, account.objects, account.log);
  private final PruneImages prune =
      new PruneImages(account.state, account.images, account.ebs, account.objects, account.log);

  private RunId published() {
    RunId run = snapshots.replicate(disks, Map.of());
    assertThat(images.publish(run)).isEqualTo("available");
    account.clock.advance(Duration.ofHours(1));
    account.connectorReports();
    return run;
  }

  private PruneImages.Output prune(RunId run) {
    return prune.prune(new RunReference(TestRun.JOB, run));
  }

  @Test
  void purge_manyObjectsOfTwoRuns_deletesOnlyTheRuns() {
    RunId run = new RunId("sms-run-00000009");
    String prefix = ObjectKeys.stagingOfRun(TestRun.ENVIRONMENT, TestRun.JOB, run);
    for (int i = 0; i < 2_001; i++) {
      account.objects.put(prefix + i, new byte[0]);
    }
    account.objects.put(ObjectKeys.STAGING + "site/another", new byte[0]);
    assertThat(purge.purge(TestRun.ENVIRONMENT, TestRun.JOB, run)).isEqualTo(2_001);
    assertThat(purge.purge(TestRun.ENVIRONMENT, TestRun.JOB, run)).isZero();
    assertThat(account.staged()).hasSize(1);
  }

  @Test
  void cleanUp_failedRun_leavesTheBaseAndNothingOfItsOwn() {
    RunId first = published();
    RunDisk base = account.runDisk(first, disk.id());
    account.images.registerAs(Images.Status.PENDING);
    RunId second = snapshots.replicate(disks, Map.of(disk.id(), disk.digests()));
    images.publish(second);
    account.fail(second);

    RunLeftovers leftovers = new RunLeftovers(pending, purge);
    RunReference reference = new RunReference(TestRun.JOB, second);
    leftovers.cleanUp(TestRun.ENVIRONMENT, reference);
    leftovers.cleanUp(TestRun.ENVIRONMENT, reference);
    assertThat(account.ebs.existing()).containsExactly(base.snapshotId());
    assertThat(account.images.registered()).hasSize(1);
    assertThat(account.objects.keys())
        .noneMatch(key -> key.startsWith(ObjectKeys.STAGING) && key.contains(second.value()))
        .filteredOn(key -> key.startsWith(ObjectKeys.DIGESTS))
        .hasSize(1);
  }

  @Test
  void delete_committedRun_deletesNothing() {
    RunId run = published();
    assertThat(pending.delete(new RunReference(TestRun.JOB, run))).isZero();
    assertThat(account.ebs.existing()).hasSize(1);
    assertThat(account.images.registered()).hasSize(1);
  }

  @Test
  void delete_snapshotThatOnlyItsTagNames_goesToo() {
    RunId run = snapshots.replicate(disks, Map.of());
    account.ebs.start(null, Map.of("drover:run", run.value()));
    assertThat(pending.delete(new RunReference(TestRun.JOB, run))).isEqualTo(2);
    assertThat(account.ebs.existing()).isEmpty();
  }

  @Test
  void delete_snapshotThatIsStillInUse_comesAgain() {
    RunId run = snapshots.replicate(disks, Map.of());
    account.ebs.use(account.runDisk(run, disk.id()).snapshotId());
    assertThatThrownBy(() -> pending.delete(new RunReference(TestRun.JOB, run)))
        .isInstanceOf(TransientException.class);
  }

  @Test
  void prune_noNumber_keepsAll() {
    published();
    assertThat(prune(published()).removedImages()).isZero();
    account.setJob("numberOfRecentAmisToKeep", 0);
    assertThat(prune(published()).removedImages()).isZero();
    assertThat(account.images.registered()).hasSize(3);
  }

  @Test
  void prune_twoToKeep_removesOlderOnesWithSnapshotsAndLists() {
    account.setJob("numberOfRecentAmisToKeep", 2);
    RunId oldest = published();
    RunId middle = published();
    RunId newest = published();
    assertThat(prune(newest).removedImages()).isEqualTo(1);
    assertThat(prune(newest).removedImages()).isZero();
    assertThat(account.images.registered().values())
        .extracting(Images.Request::name)
        .containsExactlyInAnyOrder("drover-" + middle, "drover-" + newest);
    assertThat(account.ebs.existing())
        .containsExactlyInAnyOrder(
            account.runDisk(middle, disk.id()).snapshotId(),
            account.runDisk(newest, disk.id()).snapshotId());
    assertThat(account.objects.list(ObjectKeys.DIGESTS)).hasSize(2);
    assertThat(account.run(oldest).state()).isEqualTo(Run.State.COMPLETED);
  }
}
