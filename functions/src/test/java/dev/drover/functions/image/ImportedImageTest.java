package dev.drover.functions.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.run.UnusedSnapshots;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.ImageImport;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A run whose image VM Import makes. */
final class ImportedImageTest {
  private static final String WINDOWS = "Microsoft Windows Server 2022 (64-bit)";

  private final TestDisk root = new TestDisk("root.img", 524_288).fill(0, 1);
  private final TestDisk data = new TestDisk("data.img", 1_048_576).fill(1, 2);
  private final List<TestDisk> disks = List.of(root, data);
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final SnapshotFunctions snapshots = new SnapshotFunctions(world);
  private final ImageFunction images = new ImageFunction(world);
  private final UnusedSnapshots unused =
      new UnusedSnapshots(
          world.state, world.ebs, world.images, world.imports, world.objects, world.eventLog);

  private RunReference replicated() {
    return snapshots.replicate(job.id(), disks, Map.of());
  }

  private RunReference replicatedWindows() {
    world.seeOs(WINDOWS);
    return replicated();
  }

  private ImageImports.Request onlyRequest() {
    assertThat(world.imports.requests()).hasSize(1);
    return world.imports.requests().values().iterator().next();
  }

  private Set<SnapshotId> copied(RunReference run) {
    return world.state.disks().list(run.runId()).stream()
        .map(disk -> disk.snapshotId())
        .collect(Collectors.toSet());
  }

  /** The run fails, is kept, and goes on in its next execution. */
  private void resume(RunReference run) {
    world.fail(run, Job.State.ACTIVE, world.instant().plus(Duration.ofDays(4)));
    boolean resumed =
        world
            .state
            .transaction()
            .with(world.state.runs().resume(world.run(run), world.instant()))
            .commit();
    assertThat(resumed).isTrue();
    world.raw.set("JOB", job.id().value(), "activeRunId", run.runId().value());
  }

  @Test
  void publish_ofWindows_isImportedFromTheCopiesAndTaggedAsTheRuns() {
    world.imports.hold(true);
    RunReference run = replicatedWindows();

    PublishImage.Output asked = images.output(run);

    ImageImports.Request request = onlyRequest();
    assertThat(asked.state()).isEqualTo("converting");
    assertThat(asked.amiId()).startsWith("import-ami-");
    assertThat(request.token()).isEqualTo(run.runId() + "-1");
    assertThat(request.platform()).isEqualTo(ImageImports.Platform.WINDOWS);
    assertThat(request.licenseType()).isNull();
    assertThat(request.roleName()).isEqualTo("vmimport");
    assertThat(request.keyArn()).isNull();
    assertThat(request.image().firmware()).isEqualTo(Firmware.UEFI);
    assertThat(request.image().volumes())
        .containsExactly(
            new Images.Volume("/dev/sda1", world.runDisk(run, root.id()).snapshotId()),
            new Images.Volume("/dev/sdf", world.runDisk(run, data.id()).snapshotId()));
    assertThat(world.run(run).progress().stageProgress())
        .isEqualTo("VM Import makes the image (" + asked.amiId() + "), because it runs " + WINDOWS);

    assertThat(images.output(run)).isEqualTo(asked);
    assertThat(world.run(run).progress().stageProgress())
        .isEqualTo("30%, VM Import makes the image (" + asked.amiId() + "): converting");
    assertThat(world.state.bases().list(job.id())).isEmpty();

    world.imports.finish(asked.amiId());
    PublishImage.Output made = images.output(run);

    assertThat(made.state()).isEqualTo("available");
    Images.Description image = world.images.find(made.amiId()).orElseThrow();
    assertThat(image.tags())
        .containsEntry(Snapshots.TAG_RUN, run.runId().value())
        .containsEntry(Snapshots.TAG_JOB, job.id().value())
        .containsEntry(Snapshots.TAG_DISKS, "/dev/sda1=disk0.img /dev/sdf=disk1.img")
        .containsEntry(ImageImports.TAG_IMPORT, asked.amiId());
    assertThat(image.snapshots()).hasSize(2).doesNotContainAnyElementsOf(copied(run));
    assertThat(world.ebs.find(image.snapshots()))
        .allMatch(snapshot -> run.runId().value().equals(snapshot.tags().get(Snapshots.TAG_RUN)));
    assertThat(world.run(run).outcome().amiId()).isEqualTo(made.amiId());
    assertThat(world.job(job.id()).history().latestAmiId()).isEqualTo(made.amiId());
    assertThat(world.state.bases().list(job.id()))
        .as("the next run rests on the proved copies, not on what was converted")
        .extracting(BaseSnapshot::snapshotId)
        .containsExactlyInAnyOrderElementsOf(copied(run));
    assertThat(images.output(run)).isEqualTo(made);
  }

  @Test
  void publish_ofAGuestThatNeedsNoImport_isRegistered() {
    RunReference run = replicated();

    assertThat(images.publish(run)).isEqualTo("available");
    assertThat(world.imports.tasks()).isEmpty();
    assertThat(world.run(run).course().imported()).isNull();
  }

  @Test
  void publish_settingOfTheJob_decides() {
    world.state.jobs().set(world.job(job.id()), ZeroPolicy.SEND, ImageImport.ALWAYS);
    RunReference linux = replicated();
    assertThat(images.publish(linux)).isEqualTo("converting");
    assertThat(onlyRequest().platform()).isEqualTo(ImageImports.Platform.LINUX);
    assertThat(images.publish(linux)).isEqualTo("available");

    world.state.jobs().set(world.job(job.id()), ZeroPolicy.SEND, ImageImport.NEVER);
    world.pass(Duration.ofHours(1));
    assertThat(images.publish(replicatedWindows())).isEqualTo("available");
    assertThat(world.imports.tasks()).hasSize(1);
  }

  @Test
  void publish_licenseType_isHandedOn() {
    world.raw.set("JOB", job.id().value(), "licenseType", "BYOL");

    images.publish(replicatedWindows());

    assertThat(onlyRequest().licenseType()).isEqualTo("BYOL");
  }

  @Test
  void publish_ofEncryptedCopies_isEncryptedWithTheirKey() {
    world.ebs.encryptByDefault();
    RunReference run = replicatedWindows();

    images.publish(run);

    String key = world.ebs.find(world.runDisk(run, root.id()).snapshotId()).orElseThrow().keyArn();
    assertThat(onlyRequest().keyArn()).isNotNull().isEqualTo(key);
  }

  @Test
  void publish_whileTheAccountHasNoRoom_waitsAndSaysWhy() {
    world.imports.refuseWith("20 imports are at work");
    RunReference run = replicatedWindows();

    assertThat(images.publish(run)).isEqualTo("converting");
    assertThat(world.run(run).progress().stageProgress())
        .isEqualTo("All is uploaded, but VM Import has no room: 20 imports are at work");

    world.imports.refuseWith(null);
    assertThat(images.publish(run)).isEqualTo("converting");
    assertThat(images.publish(run)).isEqualTo("available");
    assertThat(world.imports.tasks()).hasSize(1);
  }

  /** Whoever died between the answer of EC2 and the table asks again, and gets the same task. */
  @Test
  void publish_answerThatWasLost_isAskedForUnderTheSameToken() {
    world.imports.hold(true);
    RunReference run = replicatedWindows();
    String first = images.output(run).amiId();
    assertThat(world.state.runs().imported(run, new Run.Import(1, false, null))).isTrue();

    assertThat(images.output(run).amiId()).isEqualTo(first);
    assertThat(world.imports.tasks()).hasSize(1);
  }

  @Test
  void publish_importFails_saysWhyAndIsTriedOnceMoreWithTheSameCopy() {
    world.imports.failWith("ClientError: Unsupported kernel version");
    RunReference run = replicatedWindows();
    assertThat(images.publish(run)).isEqualTo("converting");

    for (int look = 0; look < 2; look++) {
      assertThatThrownBy(() -> images.output(run))
          .isInstanceOf(ImportFailedException.class)
          .hasMessageContaining("ClientError: Unsupported kernel version. ")
          .hasMessageContaining("set imageImport to never");
    }
    resume(run);
    assertThat(images.publish(run)).isEqualTo("converting");
    assertThatThrownBy(() -> images.output(run))
        .isInstanceOf(ImportFailedAgainException.class)
        .hasMessageContaining("the job's next run copies it again");
    assertThat(world.imports.tasks()).hasSize(2);
  }

  @Test
  void publish_afterAFailureAndWithoutImport_registersTheSameCopy() {
    world.imports.failWith("ClientError: no");
    RunReference run = replicatedWindows();
    images.publish(run);
    assertThatThrownBy(() -> images.output(run)).isInstanceOf(ImportFailedException.class);
    resume(run);
    world.state.jobs().set(world.job(job.id()), ZeroPolicy.SEND, ImageImport.NEVER);

    PublishImage.Output made = images.output(run);

    assertThat(made.state()).isEqualTo("available");
    assertThat(world.images.find(made.amiId()).orElseThrow().snapshots()).isEqualTo(copied(run));
    assertThat(images.output(run)).isEqualTo(made);
  }

  @Test
  void runThatEnds_cancelsItsImport() {
    world.imports.hold(true);
    RunReference run = replicatedWindows();
    images.publish(run);
    Set<SnapshotId> copied = copied(run);
    world.fail(run);

    assertThat(unused.delete(World.SITE, world.run(run))).isPositive();

    assertThat(world.imports.tasks())
        .extracting(ImageImports.Task::status)
        .containsExactly(ImageImports.Status.ENDED);
    assertThat(world.ebs.existing()).doesNotContainAnyElementsOf(copied);
  }

  /** The task ended before it could be cancelled, and nobody had tagged what it made. */
  @Test
  void runThatEnds_removesAnImageThatVmImportMadeAllTheSame() {
    RunReference run = replicatedWindows();
    images.publish(run);
    assertThat(world.images.registered()).hasSize(1);
    world.fail(run);

    assertThat(unused.delete(World.SITE, world.run(run))).isPositive();

    assertThat(world.images.registered()).isEmpty();
    assertThat(world.ebs.existing()).isEmpty();
  }

  @Test
  void runThatMadeItsImage_keepsCopiesAndImage() {
    RunReference run = replicatedWindows();
    images.publish(run);
    String amiId = images.output(run).amiId();
    Set<SnapshotId> before = world.ebs.existing();

    assertThat(unused.delete(World.SITE, world.run(run))).isZero();

    assertThat(world.images.find(amiId)).isPresent();
    assertThat(world.ebs.existing()).isEqualTo(before).hasSize(4);
  }
}
