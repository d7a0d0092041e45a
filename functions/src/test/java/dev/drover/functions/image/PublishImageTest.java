package dev.drover.functions.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TestDisk;
import dev.drover.functions.account.TestRun;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PublishImageTest {
  private final TestDisk root = new TestDisk("root.img", 524_288).fill(0, 1);
  private final TestDisk data = new TestDisk("data.img", 1_048_576).fill(1, 2);
  private final List<TestDisk> disks = List.of(root, data);
  private final TestRun account = new TestRun(disks);
  private final SnapshotFunctions snapshots = new SnapshotFunctions(account);
  private final ImageFunctions images = new ImageFunctions(account);

  private Job job() {
    return account.state.jobs().find(TestRun.JOB).orElseThrow();
  }

  @Test
  void publish_completedDisks_registersAndCommits() {
    account.setJob("consecutiveFailures", 2);
    RunId run = snapshots.replicate(disks, Map.of());
    PublishImage.Output output = images.output(run);

    assertThat(output.state()).isEqualTo("available");
    Images.Request image = Objects.requireNonNull(account.images.registered().get(output.amiId()));
    assertThat(image.name()).isEqualTo("drover-" + run);
    assertThat(image.firmware()).isEqualTo(Firmware.UEFI);
    assertThat(image.volumes())
        .containsExactly(
            new Images.Volume("/dev/sda1", account.runDisk(run, root.id()).snapshotId()),
            new Images.Volume("/dev/sdf", account.runDisk(run, data.id()).snapshotId()));
    assertThat(image.tags())
        .containsEntry(Snapshots.TAG_JOB, TestRun.JOB.value())
        .containsEntry(Snapshots.TAG_SERVER, TestRun.SERVER.value())
        .containsEntry(Snapshots.TAG_NAME, "web-1");

    Run committed = account.run(run);
    assertThat(committed.state()).isEqualTo(Run.State.COMPLETED);
    assertThat(committed.outcome().amiId()).isEqualTo(output.amiId());
    assertThat(committed.outcome().completedTime()).isEqualTo(account.clock.instant());
    assertThat(committed.outcome().statusMessage())
        .isEqualTo("Completed: read 1.5 MiB, changed 1.5 MiB, sent 2.9 KiB");
    assertThat(job().history().latestAmiId()).isEqualTo(output.amiId());
    assertThat(job().history().activeRunId()).isNull();
    assertThat(job().history().consecutiveFailures()).isZero();
    assertThat(account.state.bases().list(TestRun.JOB))
        .extracting(BaseSnapshot::runId)
        .containsExactly(run, run);
  }

  @Test
  void publish_calledAgainAfterTheCommit_onlySaysSo() {
    RunId run = snapshots.replicate(disks, Map.of());
    PublishImage.Output first = images.output(run);
    account.clock.advance(Duration.ofMinutes(1));
    assertThat(images.output(run)).isEqualTo(first);
    assertThat(account.images.registered()).hasSize(1);
  }

  @Test
  void publish_pendingImage_isCommittedOnlyWhenAvailable() {
    account.images.registerAs(Images.Status.PENDING);
    RunId run = snapshots.replicate(disks, Map.of());
    PublishImage.Output pending = images.output(run);
    assertThat(pending.state()).isEqualTo("pending");
    assertThat(account.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(account.state.bases().list(TestRun.JOB)).isEmpty();

    account.images.become(pending.amiId(), Images.Status.AVAILABLE);
    assertThat(images.output(run)).isEqualTo(new PublishImage.Output(pending.amiId(), "available"));
    assertThat(account.images.registered()).hasSize(1);
  }

  @Test
  void publish_failedImage_saysSo() {
    account.images.registerAs(Images.Status.FAILED);
    RunId run = snapshots.replicate(disks, Map.of());
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(ImageNotAvailableException.class);
  }

  @Test
  void publish_nameTakenByOtherSnapshots_isRefused() {
    RunId run = snapshots.replicate(disks, Map.of());
    SnapshotId mine = new SnapshotId("snap-0aaaaaaaaaaaaaaaa");
    account.ebs.add(mine);
    account.images.register(
        new Images.Request(
            ImageName.of(run),
            "mine",
            Firmware.BIOS,
            List.of(new Images.Volume("/dev/sda1", mine)),
            Map.of()));
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(ImageNameTakenException.class);
  }

  @Test
  void publish_nameTakenByAnImageThatIsNotShownYet_comesAgain() {
    RunId run = snapshots.replicate(disks, Map.of());
    account.images.registerAs(Images.Status.PENDING);
    String amiId = images.output(run).amiId();
    account.images.show(amiId, false);
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(TransientException.class);
    account.images.show(amiId, true);
    assertThat(images.output(run).amiId()).isEqualTo(amiId);
  }

  @Test
  void publish_longDescriptionAndName_areCutToWhatEc2Takes() {
    account.raw.set("SERVER", TestRun.SERVER.value(), "vmName", "n".repeat(300));
    RunId run = snapshots.replicate(disks, Map.of());
    String description = "d".repeat(254) + "\uD83D\uDC02";
    account.raw.set("JOB#" + TestRun.JOB, "RUN#" + run, "description", description);
    String amiId = images.output(run).amiId();
    Images.Request image = Objects.requireNonNull(account.images.registered().get(amiId));
    assertThat(image.description()).isEqualTo("d".repeat(254));
    assertThat(image.tags()).containsEntry(Snapshots.TAG_NAME, "n".repeat(256));
  }

  @Test
  void publish_diskNotCompleted_makesNoImage() {
    RunId run = snapshots.replicate(disks, Map.of());
    setDisk(run, data, "state", "COMPLETING");
    assertThatThrownBy(() -> images.output(run))
        .isInstanceOf(DisksNotCompletedException.class)
        .hasMessageContaining("not every disk");
    assertThat(account.images.registered()).isEmpty();
  }

  @Test
  void publish_disksOfTwoGenerations_makesNoImage() {
    RunId run = snapshots.replicate(disks, Map.of());
    account.clock.advance(Duration.ofMinutes(1));
    setDisk(run, data, "generation", account.generation("another").value());
    assertThatThrownBy(() -> images.output(run))
        .isInstanceOf(DisksNotCompletedException.class)
        .hasMessageContaining("generations");
  }

  private void setDisk(RunId run, TestDisk disk, String name, String value) {
    account.raw.set("RUN#" + run, "DISK#" + disk.id(), name, value);
  }

  @Test
  void publish_runThatEndedMeanwhile_commitsNothing() {
    account.images.registerAs(Images.Status.PENDING);
    RunId run = snapshots.replicate(disks, Map.of());
    String amiId = images.output(run).amiId();
    account.images.become(amiId, Images.Status.AVAILABLE);
    account.fail(run);
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(RunNotCommittedException.class);
    assertThat(job().history().latestAmiId()).isNull();
  }

  @Test
  void publish_jobWentOnToAnotherRun_commitsNothing() {
    RunId run = snapshots.replicate(disks, Map.of());
    account.beginRun();
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(RunNotCommittedException.class);
    assertThat(account.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(account.images.registered()).isEmpty();
  }

  @Test
  void publish_diskRemovedFromServer_itsBaseGoesToo() {
    assertThat(images.publish(snapshots.replicate(disks, Map.of()))).isEqualTo("available");
    account.clock.advance(Duration.ofHours(1));
    account.putServer(List.of(root));
    RunId second = snapshots.replicate(List.of(root), Map.of(root.id(), root.digests()));
    images.publish(second);
    Set<RunId> bases =
        account.state.bases().list(TestRun.JOB).stream()
            .map(BaseSnapshot::runId)
            .collect(Collectors.toSet());
    assertThat(bases).containsExactly(second);
    assertThat(account.state.disks().list(second)).hasSize(1);
  }

  @Test
  void deviceNames_more_areDistinctAndBounded() {
    assertThat(DeviceNames.of(22)).doesNotHaveDuplicates().endsWith("/dev/sdy", "/dev/sdz");
    assertThatThrownBy(() -> DeviceNames.of(23)).isInstanceOf(TooManyDisksException.class);
  }

  @Test
  void byteCount_sizes_areReadable() {
    assertThat(new ByteCount(0)).hasToString("0 B");
    assertThat(new ByteCount(1023)).hasToString("1023 B");
    assertThat(new ByteCount(1536)).hasToString("1.5 KiB");
    assertThat(new ByteCount(12L << 20)).hasToString("12 MiB");
    assertThat(new ByteCount(1L << 30)).hasToString("1.0 GiB");
    assertThat(new ByteCount(1L << 50)).hasToString("1024 TiB");
  }
}
