package dev.drover.functions.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.Report.InventoryServer;
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
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final SnapshotFunctions snapshots = new SnapshotFunctions(world);
  private final ImageFunction images = new ImageFunction(world);

  @Test
  void publish_completedDisks_registersAndCommits() {
    world.raw.set("SERVER", World.SERVER.value(), "vmName", "web-1");
    world.raw.set("JOB", job.id().value(), "consecutiveFailures", 2);
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    PublishImage.Output output = images.output(run);

    assertThat(output.state()).isEqualTo("available");
    Images.Request image = Objects.requireNonNull(world.images.registered().get(output.amiId()));
    assertThat(image.name()).isEqualTo("drover-" + run.runId());
    assertThat(image.firmware()).isEqualTo(Firmware.UEFI);
    assertThat(image.volumes())
        .containsExactly(
            new Images.Volume("/dev/sda1", world.runDisk(run, root.id()).snapshotId()),
            new Images.Volume("/dev/sdf", world.runDisk(run, data.id()).snapshotId()));
    assertThat(image.tags())
        .containsEntry(Snapshots.TAG_JOB, job.id().value())
        .containsEntry(Snapshots.TAG_SERVER, World.SERVER.value())
        .containsEntry(Snapshots.TAG_NAME, "web-1")
        .containsEntry(Snapshots.TAG_DISKS, "/dev/sda1=disk0.img /dev/sdf=disk1.img")
        .doesNotContainKey(Snapshots.TAG_DESCRIPTION);

    Run committed = world.run(run);
    assertThat(committed.state()).isEqualTo(Run.State.COMPLETED);
    assertThat(committed.outcome().amiId()).isEqualTo(output.amiId());
    assertThat(committed.outcome().completedTime()).isEqualTo(world.instant());
    assertThat(committed.outcome().statusMessage())
        .isEqualTo("Completed: read 1.5 MiB, changed 1.5 MiB, sent 2.9 KiB");
    assertThat(world.job(job.id()).history().latestAmiId()).isEqualTo(output.amiId());
    assertThat(world.job(job.id()).history().activeRunId()).isNull();
    assertThat(world.job(job.id()).history().consecutiveFailures()).isZero();
    assertThat(world.state.bases().list(job.id()))
        .extracting(BaseSnapshot::runId)
        .containsExactly(run.runId(), run.runId());
  }

  @Test
  void publish_calledAgainAfterTheCommit_onlySaysSo() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    PublishImage.Output first = images.output(run);
    world.pass(Duration.ofMinutes(1));
    assertThat(images.output(run)).isEqualTo(first);
    assertThat(world.images.registered()).hasSize(1);
  }

  @Test
  void publish_pendingImage_isCommittedOnlyWhenAvailable() {
    world.images.registerAs(Images.Status.PENDING);
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    PublishImage.Output pending = images.output(run);
    assertThat(pending.state()).isEqualTo("pending");
    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(world.state.bases().list(job.id())).isEmpty();

    world.images.become(pending.amiId(), Images.Status.AVAILABLE);
    assertThat(images.output(run)).isEqualTo(new PublishImage.Output(pending.amiId(), "available"));
    assertThat(world.images.registered()).hasSize(1);
  }

  @Test
  void publish_failedImage_saysSo() {
    world.images.registerAs(Images.Status.FAILED);
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(ImageNotAvailableException.class);
  }

  @Test
  void publish_nameTakenByOtherSnapshots_isRefused() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    SnapshotId mine = new SnapshotId("snap-0aaaaaaaaaaaaaaaa");
    world.ebs.add(mine);
    world.images.register(
        new Images.Request(
            ImageName.of(run.runId()),
            "mine",
            Firmware.BIOS,
            List.of(new Images.Volume("/dev/sda1", mine)),
            Map.of()));
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(ImageNameTakenException.class);
  }

  @Test
  void publish_nameTakenByAnImageThatIsNotShownYet_comesAgain() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.images.registerAs(Images.Status.PENDING);
    String amiId = images.output(run).amiId();
    world.images.show(amiId, false);
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(TransientException.class);
    world.images.show(amiId, true);
    assertThat(images.output(run).amiId()).isEqualTo(amiId);
  }

  @Test
  void publish_longDescriptionAndName_areCutToWhatEc2Takes() {
    world.raw.set("SERVER", World.SERVER.value(), "vmName", "n".repeat(300));
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    String description = "d".repeat(254) + "\uD83D\uDC02";
    world.raw.set("JOB#" + job.id(), "RUN#" + run.runId(), "description", description);
    String amiId = images.output(run).amiId();
    Images.Request image = Objects.requireNonNull(world.images.registered().get(amiId));
    assertThat(image.description()).isEqualTo("d".repeat(254) + "?");
    assertThat(image.tags())
        .containsEntry(Snapshots.TAG_NAME, "n".repeat(256))
        .containsEntry(Snapshots.TAG_DESCRIPTION, description);
  }

  @Test
  void publish_descriptionBeyondAscii_isSpelledInAsciiAndKeptInATag() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.raw.set("JOB#" + job.id(), "RUN#" + run.runId(), "description", "für Büro – 日本");

    String amiId = images.output(run).amiId();

    Images.Request image = Objects.requireNonNull(world.images.registered().get(amiId));
    assertThat(image.description()).isEqualTo("fur Buro ? ??");
    assertThat(image.tags()).containsEntry(Snapshots.TAG_DESCRIPTION, "für Büro – 日本");
  }

  @Test
  void deviceNames_asManyAsARunMayHaveDisks() {
    assertThat(DeviceNames.of(InventoryServer.MAX_DISKS)).hasSize(InventoryServer.MAX_DISKS);
    assertThatThrownBy(() -> DeviceNames.of(InventoryServer.MAX_DISKS + 1))
        .isInstanceOf(TooManyDisksException.class);
  }

  @Test
  void publish_diskNotCompleted_makesNoImage() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    setDisk(run, data, "state", "COMPLETING");
    assertThatThrownBy(() -> images.output(run))
        .isInstanceOf(DisksNotCompletedException.class)
        .hasMessageContaining("not every disk");
    assertThat(world.images.registered()).isEmpty();
  }

  @Test
  void publish_disksOfTwoGenerations_makesNoImage() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.pass(Duration.ofMinutes(1));
    setDisk(run, data, "generation", world.generation("another").value());
    assertThatThrownBy(() -> images.output(run))
        .isInstanceOf(DisksNotCompletedException.class)
        .hasMessageContaining("generations");
  }

  private void setDisk(RunReference run, TestDisk disk, String name, String value) {
    world.raw.set("RUN#" + run.runId(), "DISK#" + disk.id(), name, value);
  }

  @Test
  void publish_runThatEndedMeanwhile_commitsNothing() {
    world.images.registerAs(Images.Status.PENDING);
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    String amiId = images.output(run).amiId();
    world.images.become(amiId, Images.Status.AVAILABLE);
    world.fail(run);
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(RunNotCommittedException.class);
    assertThat(world.job(job.id()).history().latestAmiId()).isNull();
  }

  @Test
  void publish_jobWentOnToAnotherRun_commitsNothing() {
    RunReference run = snapshots.replicate(job.id(), disks, Map.of());
    world.beginNext(job.id());
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(RunNotCommittedException.class);
    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(world.images.registered()).isEmpty();
  }

  @Test
  void publish_diskRemovedFromServer_itsBaseGoesToo() {
    assertThat(images.publish(snapshots.replicate(job.id(), disks, Map.of())))
        .isEqualTo("available");
    world.pass(Duration.ofHours(1));
    world.seeDisks(List.of(root));
    RunReference second =
        snapshots.replicate(job.id(), List.of(root), Map.of(root.id(), root.digests()));
    images.publish(second);
    Set<RunId> bases =
        world.state.bases().list(job.id()).stream()
            .map(BaseSnapshot::runId)
            .collect(Collectors.toSet());
    assertThat(bases).containsExactly(second.runId());
    assertThat(world.state.disks().list(second.runId())).hasSize(1);
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
