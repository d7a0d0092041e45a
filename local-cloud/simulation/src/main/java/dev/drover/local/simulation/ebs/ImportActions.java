package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskRequest;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksResponse;
import software.amazon.awssdk.services.ec2.model.ImageDiskContainer;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageResponse;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * ImportImage, DescribeImportImageTasks and CancelImportTask of EC2. No chance is drawn here: an
 * account in which nobody imports is the same with and without it.
 */
final class ImportActions {
  /** VM Import takes so many at once unless AWS raised that. */
  private static final int MAX_TASKS = 20;

  private static final int MAX_DISKS = 21;

  /** How many times as long as the longest registration an import takes: four hours, usually. */
  private static final int REGISTRATIONS = 120;

  private static final String ACTIVE = "active";

  private final Simulation simulation;
  private final SnapshotStore snapshots;
  private final ImageActions images;
  private final Ec2Gate gate;
  private final Duration takes;
  private final TreeMap<String, Task> tasks = new TreeMap<>();

  ImportActions(
      Simulation simulation,
      EbsSettings settings,
      SnapshotStore snapshots,
      ImageActions images,
      Ec2Gate gate) {
    this.simulation = simulation;
    this.snapshots = snapshots;
    this.images = images;
    this.gate = gate;
    this.takes = settings.delays().image().most().multipliedBy(REGISTRATIONS);
  }

  private static final class Task {
    final String id;
    final ImportImageRequest request;
    String status = ACTIVE;
    String message = "converting";
    @Nullable String imageId;

    Task(String id, ImportImageRequest request) {
      this.id = id;
      this.request = request;
    }
  }

  ImportImageResponse start(ImportImageRequest request) {
    gate.write("ImportImage");
    Optional<Task> earlier =
        tasks.values().stream()
            .filter(task -> Objects.equals(task.request.clientToken(), request.clientToken()))
            .findFirst();
    if (earlier.isPresent()) {
      return ImportImageResponse.builder().importTaskId(earlier.get().id).build();
    }
    require(request);
    if (tasks.values().stream().filter(task -> task.status.equals(ACTIVE)).count() >= MAX_TASKS) {
      throw Ec2Refusal.of("ResourceCountExceeded", MAX_TASKS + " import tasks are at work");
    }
    Task task = new Task("import-ami-%017x".formatted(tasks.size() + 1), request);
    tasks.put(task.id, task);
    simulation.after(takes, () -> end(task));
    return ImportImageResponse.builder().importTaskId(task.id).build();
  }

  private void require(ImportImageRequest request) {
    List<ImageDiskContainer> disks = request.diskContainers();
    if (disks.isEmpty() || disks.size() > MAX_DISKS) {
      throw Ec2Refusal.of("InvalidParameter", "An import has 1 to 21 disks");
    }
    if ("uefi".equals(request.bootModeAsString()) && request.platform() == null) {
      throw Ec2Refusal.of("MissingParameter", "Platform must be specified");
    }
    for (ImageDiskContainer disk : disks) {
      EbsSnapshot source = source(disk);
      if (source.stage != EbsSnapshot.Stage.COMPLETED) {
        throw Ec2Refusal.of("IncorrectState", source.id + " is " + source.status());
      }
      if (source.encrypted() && !Boolean.TRUE.equals(request.encrypted())) {
        throw Ec2Refusal.of("InvalidParameterCombination", source.id + " is encrypted");
      }
    }
  }

  private EbsSnapshot source(ImageDiskContainer disk) {
    return snapshots
        .find(disk.snapshotId())
        .orElseThrow(() -> Ec2Refusal.noSnapshot(disk.snapshotId()));
  }

  private void end(Task task) {
    if (!task.status.equals(ACTIVE)) {
      return;
    }
    ImportImageRequest request = task.request;
    if ("Linux".equals(request.platform()) && "AWS".equals(request.licenseType())) {
      end(task, "deleted", "ClientError: The license type AWS is not for Linux");
      return;
    }
    List<BlockDeviceMapping> mappings = new ArrayList<>();
    for (ImageDiskContainer disk : request.diskContainers()) {
      Optional<EbsSnapshot> source = snapshots.find(disk.snapshotId());
      if (source.isEmpty()) {
        end(task, "deleted", "ClientError: " + disk.snapshotId() + " is gone");
        return;
      }
      EbsSnapshot copy = snapshots.copy(source.get(), request.kmsKeyId());
      mappings.add(
          BlockDeviceMapping.builder()
              .deviceName(disk.deviceName())
              .ebs(ebs -> ebs.snapshotId(copy.id).encrypted(copy.encrypted()))
              .build());
    }
    task.imageId =
        images.imported(
            RegisterImageRequest.builder()
                .name(task.id)
                .description("AWS-VMImport service")
                .architecture(request.architecture())
                .virtualizationType("hvm")
                .enaSupport(true)
                .bootMode(request.bootModeAsString())
                .rootDeviceName(request.diskContainers().getFirst().deviceName())
                .blockDeviceMappings(mappings)
                .build());
    end(task, "completed", "");
  }

  private void end(Task task, String status, String message) {
    task.status = status;
    task.message = message;
    simulation.trace().line("ec2", task.id + " is " + status);
  }

  DescribeImportImageTasksResponse describe(DescribeImportImageTasksRequest request) {
    gate.read("DescribeImportImageTasks");
    List<Task> selected =
        request.importTaskIds().isEmpty()
            ? List.copyOf(tasks.values())
            : request.importTaskIds().stream().map(this::existing).toList();
    return DescribeImportImageTasksResponse.builder()
        .importImageTasks(selected.stream().map(ImportActions::described).toList())
        .build();
  }

  private Task existing(String id) {
    return Optional.ofNullable(tasks.get(id))
        .orElseThrow(
            () -> Ec2Refusal.of("InvalidConversionTaskId", "There is no import task " + id));
  }

  private static ImportImageTask described(Task task) {
    return ImportImageTask.builder()
        .importTaskId(task.id)
        .status(task.status)
        .statusMessage(task.message.isEmpty() ? null : task.message)
        .progress(task.status.equals(ACTIVE) ? "28" : null)
        .imageId(task.imageId)
        .tags(SnapshotActions.tags(tagsOf(task.request)))
        .build();
  }

  private static Map<String, String> tagsOf(ImportImageRequest request) {
    List<Tag> tags =
        request.tagSpecifications().stream()
            .filter(its -> its.resourceType() == ResourceType.IMPORT_IMAGE_TASK)
            .map(TagSpecification::tags)
            .flatMap(List::stream)
            .toList();
    return SnapshotActions.tags(tags);
  }

  CancelImportTaskResponse cancel(CancelImportTaskRequest request) {
    gate.write("CancelImportTask");
    Task task = existing(request.importTaskId());
    if (!task.status.equals(ACTIVE)) {
      throw Ec2Refusal.of("IncorrectState", task.id + " is " + task.status);
    }
    end(task, "deleted", "User requested task cancellation");
    return CancelImportTaskResponse.builder()
        .importTaskId(task.id)
        .previousState(ACTIVE)
        .state(task.status)
        .build();
  }
}
