package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Snapshots;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.ImageDiskContainer;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** {@link ImageImports} over EC2. */
public final class Ec2ImageImports implements ImageImports {
  /**
   * What AWS's list of errors has for a limit of the account; VM Import takes 20 tasks at once
   * unless AWS raised that. Read, not seen.
   *
   * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">
   *     Error codes</a>
   */
  private static final Set<String> NO_ROOM =
      Set.of("ResourceCountExceeded", "ResourceLimitExceeded");

  /** How the codes begin by which EC2 says that it knows no such task. */
  private static final String NO_TASK = "InvalidConversionTaskId";

  private final Ec2Client ec2;

  public Ec2ImageImports(Ec2Client ec2) {
    this.ec2 = ec2;
  }

  @Override
  public Start start(Request request) {
    return translated(() -> started(request));
  }

  private Start started(Request request) {
    try {
      return new Start.Started(ec2.importImage(imported(request)).importTaskId());
    } catch (Ec2Exception e) {
      if (NO_ROOM.contains(e.awsErrorDetails().errorCode())) {
        return new Start.NoRoom(SdkErrors.sentence(e));
      }
      throw e;
    }
  }

  private static ImportImageRequest imported(Request request) {
    Images.Request image = request.image();
    boolean encrypted = request.keyArn() != null;
    return ImportImageRequest.builder()
        .clientToken(request.token())
        .description(image.description())
        .architecture("x86_64")
        .bootMode(Ec2Images.bootMode(image.firmware()))
        .platform(request.platform() == null ? null : word(request.platform()))
        .licenseType(request.licenseType())
        .roleName(request.roleName())
        // Left out, the account's own default decides.
        .encrypted(encrypted ? Boolean.TRUE : null)
        .kmsKeyId(request.keyArn())
        .diskContainers(image.volumes().stream().map(Ec2ImageImports::container).toList())
        .tagSpecifications(
            TagSpecification.builder()
                .resourceType(ResourceType.IMPORT_IMAGE_TASK)
                .tags(Ec2Snapshots.tags(image.tags()))
                .build())
        .build();
  }

  private static ImageDiskContainer container(Images.Volume volume) {
    return ImageDiskContainer.builder()
        .deviceName(volume.deviceName())
        .snapshotId(volume.snapshotId().value())
        .build();
  }

  private static String word(Platform platform) {
    return switch (platform) {
      case LINUX -> "Linux";
      case WINDOWS -> "Windows";
    };
  }

  @Override
  public Optional<Task> find(String taskId) {
    return translated(() -> found(taskId));
  }

  private Optional<Task> found(String taskId) {
    try {
      return ec2
          .describeImportImageTasks(describe -> describe.importTaskIds(taskId))
          .importImageTasks()
          .stream()
          .findFirst()
          .map(Ec2ImageImports::task);
    } catch (Ec2Exception e) {
      if (e.awsErrorDetails().errorCode().startsWith(NO_TASK)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** EC2 filters tasks by nothing but their state. */
  @Override
  public Listing<Task> tagged(@Nullable String next) {
    DescribeImportImageTasksResponse part =
        translated(
            () ->
                ec2.describeImportImageTasks(
                    describe -> describe.maxResults(Ec2Snapshots.PART).nextToken(next)));
    return new Listing<>(
        part.importImageTasks().stream()
            .map(Ec2ImageImports::task)
            .filter(task -> task.tags().containsKey(Snapshots.TAG_RUN))
            .toList(),
        Ec2Snapshots.next(part.nextToken()));
  }

  /** How EC2 refuses to cancel what has ended is not documented, so the task is looked at then. */
  @Override
  public void cancel(String taskId) {
    translated(() -> cancelled(taskId));
  }

  private void cancelled(String taskId) {
    try {
      ec2.cancelImportTask(
          cancel ->
              cancel.importTaskId(taskId).cancelReason("the run that asked for it has ended"));
    } catch (Ec2Exception e) {
      boolean passes = e.isThrottlingException() || e.statusCode() >= 500;
      if (passes || found(taskId).filter(task -> task.status() == Status.ACTIVE).isPresent()) {
        throw e;
      }
    }
  }

  private static Task task(ImportImageTask task) {
    String amiId = task.imageId();
    return new Task(
        task.importTaskId(),
        status(String.valueOf(task.status())),
        Objects.requireNonNullElse(task.statusMessage(), ""),
        percent(task.progress()),
        amiId == null || amiId.isEmpty() ? null : amiId,
        Ec2Snapshots.tagsOf(task.tags()));
  }

  /** EC2 has it as a text, without a sign. */
  private static @Nullable Integer percent(@Nullable String progress) {
    return progress != null && progress.matches("[0-9]{1,3}") ? Integer.valueOf(progress) : null;
  }

  private static Status status(String word) {
    return switch (word) {
      case "completed" -> Status.COMPLETED;
      case "deleted" -> Status.ENDED;
      default -> Status.ACTIVE;
    };
  }
}
