package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulator.fault.FaultRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageDiskContainer;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** VM Import at the wire, with the real client. */
final class ImportImageTest extends CloudTest {
  private static final int STAGES = 7;

  private String imported(Consumer<ImportImageRequest.Builder> change) {
    return cloud
        .ec2
        .importImage(
            r ->
                change.accept(
                    r.architecture("x86_64")
                        .bootMode("uefi")
                        .platform("Windows")
                        .licenseType("BYOL")
                        .roleName("vmimport")))
        .importTaskId();
  }

  private static ImageDiskContainer disk(String snapshotId) {
    return ImageDiskContainer.builder().snapshotId(snapshotId).build();
  }

  private String snapshot() {
    return cloud.completed(r -> {}, noBlocks());
  }

  private ImportImageTask task(String id) {
    return cloud
        .ec2
        .describeImportImageTasks(r -> r.importTaskIds(id))
        .importImageTasks()
        .getFirst();
  }

  private List<String> tasksIn(String... states) {
    return cloud
        .ec2
        .describeImportImageTasks(r -> r.filters(Ec2Values.filter("task-state", states)))
        .importImageTasks()
        .stream()
        .map(ImportImageTask::importTaskId)
        .toList();
  }

  private void passStages(int stages) {
    cloud.passTime(Cloud.COMPLETION_DELAY.multipliedBy(stages));
  }

  @Test
  void import_ofTwoDisks_goesThroughItsStagesToAnImageOfCopies() throws IOException {
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    blocks.put(0, Cloud.block(1));
    blocks.put(9, Cloud.block(2));
    String root = cloud.completed(r -> {}, blocks);
    String data = cloud.completed(r -> r.volumeSize(2L), noBlocks());
    String id =
        imported(
            r ->
                r.description("web")
                    .diskContainers(disk(root), disk(data))
                    .tagSpecifications(
                        TagSpecification.builder()
                            .resourceType(ResourceType.IMPORT_IMAGE_TASK)
                            .tags(Ec2Values.tag("drover:run", "r1"))
                            .build()));

    List<String> messages = new ArrayList<>();
    for (int stage = 0; stage < STAGES; stage++) {
      ImportImageTask task = task(id);
      assertThat(task.status()).isEqualTo("active");
      assertThat(task.imageId()).isNull();
      messages.add(task.statusMessage());
      passStages(1);
    }
    ImportImageTask task = task(id);
    restartCloud();
    // The clock begins anew.
    passStages(2 * STAGES);
    assertThat(task(id)).isEqualTo(task);

    assertThat(messages)
        .containsExactly(
            "pending",
            "validating",
            "updating",
            "converting",
            "preparing to boot",
            "booting",
            "preparing ami");
    assertThat(task.status()).isEqualTo("completed");
    assertThat(task.tags()).containsExactly(Ec2Values.tag("drover:run", "r1"));
    assertThat(task.snapshotDetails()).extracting("snapshotId").containsExactly(root, data);
    assertThat(tasksIn("completed")).containsExactly(id);
    assertThat(tasksIn("active", "deleted", "deleting")).isEmpty();
    Image image = cloud.ec2.describeImages(r -> r.imageIds(task.imageId())).images().getFirst();
    assertThat(image.name()).isEqualTo(id);
    assertThat(image.stateAsString()).isEqualTo("available");
    assertThat(image.platformAsString()).as("as EC2 spells it").isEqualTo("windows");
    assertThat(image.usageOperation()).isEqualTo("RunInstances:0800");
    assertThat(image.bootModeAsString()).isEqualTo("uefi");
    assertThat(image.rootDeviceName()).isEqualTo("/dev/sda1");
    assertThat(image.tags()).isEmpty();
    List<String> copies =
        image.blockDeviceMappings().stream().map(it -> it.ebs().snapshotId()).toList();
    assertThat(copies).hasSize(2).doesNotContain(root, data);
    assertThat(cloud.ec2.describeSnapshots(r -> r.snapshotIds(copies)).snapshots())
        .extracting(Snapshot::stateAsString)
        .containsOnly("completed");

    cloud.ec2.deleteSnapshot(r -> r.snapshotId(root));
    Path file = directory.resolve("copy.raw");
    cloud.simulator.export(copies.getFirst(), file);
    try (var in = Files.newInputStream(file)) {
      assertThat(in.readNBytes(Cloud.BLOCK_BYTES)).isEqualTo(Cloud.block(1));
    }
    assertEc2Error(
        "InvalidSnapshot.InUse",
        () -> cloud.ec2.deleteSnapshot(r -> r.snapshotId(copies.getFirst())));
  }

  @Test
  void import_sameToken_isOneTaskUnlessTheRequestIsAnother() {
    String root = snapshot();
    String first = imported(r -> r.clientToken("t").diskContainers(disk(root)));

    assertThat(imported(r -> r.clientToken("t").diskContainers(disk(root)))).isEqualTo(first);
    assertEc2Error(
        "IdempotentParameterMismatch",
        () -> imported(r -> r.clientToken("t").diskContainers(disk(root)).licenseType("AWS")));
  }

  @Test
  void import_badDisks_areRefused() {
    String root = snapshot();
    String pending = cloud.start(r -> {});
    assertEc2Error("MissingParameter", () -> imported(r -> {}));
    assertEc2Error("IncorrectState", () -> imported(r -> r.diskContainers(disk(pending))));
    assertEc2Error(
        "InvalidSnapshot.NotFound",
        () -> imported(r -> r.diskContainers(disk("snap-00000000000000000"))));
    assertEc2Error(
        "InvalidParameter", () -> imported(r -> r.diskContainers(disk(root), disk(root))));
    assertEc2Error(
        "InvalidParameterCombination",
        () ->
            imported(
                r ->
                    r.diskContainers(
                        ImageDiskContainer.builder().snapshotId(root).url("s3://b/k").build())));
    List<ImageDiskContainer> many = new ArrayList<>();
    for (int i = 0; i < 22; i++) {
      many.add(disk(root));
    }
    assertEc2Error("InvalidParameter", () -> imported(r -> r.diskContainers(many)));
  }

  @Test
  void import_badParameters_areRefused() {
    ImageDiskContainer root = disk(snapshot());
    ImageDiskContainer encrypted = disk(cloud.completed(r -> r.encrypted(true), noBlocks()));
    assertEc2Error("MissingParameter", () -> imported(r -> r.platform(null).diskContainers(root)));
    for (Consumer<ImportImageRequest.Builder> bad :
        List.<Consumer<ImportImageRequest.Builder>>of(
            r -> r.licenseType("auto"),
            r -> r.platform("BeOS"),
            r -> r.bootMode("uefi-preferred"),
            r -> r.architecture("arm64"))) {
      assertEc2Error(
          "InvalidParameterValue", () -> imported(r -> bad.accept(r.diskContainers(root))));
    }
    assertEc2Error(
        "InvalidParameter", () -> imported(r -> r.roleName("a role").diskContainers(root)));
    assertEc2Error(
        "InvalidParameterCombination",
        () -> imported(r -> r.kmsKeyId("alias/mine").diskContainers(root)));
    assertEc2Error("InvalidParameterCombination", () -> imported(r -> r.diskContainers(encrypted)));
    assertEc2Error(
        "UnknownParameter",
        () -> imported(r -> r.usageOperation("RunInstances:0002").diskContainers(root)));
  }

  @Test
  void import_encrypted_makesEncryptedCopies() {
    String source = cloud.completed(r -> r.encrypted(true), noBlocks());
    String id = imported(r -> r.encrypted(true).diskContainers(disk(source)));
    passStages(STAGES);

    Image image = cloud.ec2.describeImages(r -> r.imageIds(task(id).imageId())).images().getFirst();

    assertThat(image.blockDeviceMappings()).allMatch(mapping -> mapping.ebs().encrypted());
  }

  @Test
  void import_moreThanTwentyAtWork_isRefusedUntilOneHasEnded() {
    ImageDiskContainer root = disk(snapshot());
    String first = imported(r -> r.diskContainers(root));
    for (int i = 1; i < 20; i++) {
      imported(r -> r.diskContainers(root));
    }
    assertEc2Error("ResourceCountExceeded", () -> imported(r -> r.diskContainers(root)));

    cloud.ec2.cancelImportTask(r -> r.importTaskId(first));

    assertThat(imported(r -> r.diskContainers(root))).isNotEqualTo(first);
  }

  @Test
  void cancel_ofATaskAtWork_isDeletingThenDeleted() {
    String id = imported(r -> r.diskContainers(disk(snapshot())));

    assertThat(cloud.ec2.cancelImportTask(r -> r.importTaskId(id).cancelReason("no more")).state())
        .isEqualTo("deleting");
    assertThat(task(id).status()).isEqualTo("deleting");
    assertThat(task(id).statusMessage()).isEqualTo("User requested task cancellation: no more");
    assertEc2Error("IncorrectState", () -> cloud.ec2.cancelImportTask(r -> r.importTaskId(id)));
    passStages(STAGES);

    assertThat(task(id).status()).isEqualTo("deleted");
    assertThat(cloud.ec2.describeImages(r -> r.owners("self")).images()).isEmpty();
  }

  @Test
  void import_failures_endTheTaskWithAMessage() {
    ImageDiskContainer root = disk(snapshot());
    String unfit = imported(r -> r.platform("Linux").licenseType("AWS").diskContainers(root));
    cloud.simulator.replaceFaults(
        List.of(new FaultRule.FailImports("ClientError: Unsupported kernel version")));
    String failed = imported(r -> r.diskContainers(root));
    passStages(STAGES);

    assertThat(task(unfit).status()).isEqualTo("deleted");
    assertThat(task(unfit).statusMessage()).contains("AWS", "Linux", "BYOL");
    assertThat(task(failed).status()).isEqualTo("deleted");
    assertThat(task(failed).statusMessage()).isEqualTo("ClientError: Unsupported kernel version");
    assertThat(cloud.ec2.describeImages(r -> r.owners("self")).images()).isEmpty();
  }

  @Test
  void tasks_unknownOrMalformed_areRefused() {
    assertEc2Error("InvalidConversionTaskId", () -> task("import-ami-00000000000000000"));
    assertEc2Error("InvalidConversionTaskId.Malformed", () -> task("ami-1"));
    assertEc2Error(
        "InvalidParameterValue",
        () ->
            cloud.ec2.describeImportImageTasks(
                r -> r.filters(Ec2Values.filter("tag:drover:run", "r1"))));
  }
}
