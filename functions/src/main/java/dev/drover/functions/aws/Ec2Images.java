package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;
import static dev.drover.functions.aws.SdkErrors.translatedPages;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.Listing;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ArchitectureValues;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.BootModeValues;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageAttributeName;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.ImdsSupportValues;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/**
 * {@link Images} over EC2. RegisterImage's defaults are those of 2006 (i386, paravirtual), so every
 * attribute is given.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html">RegisterImage</a>
 */
public final class Ec2Images implements Images {
  private static final String NAME_TAKEN = "InvalidAMIName.Duplicate";

  /** The most that EC2 looks through for one page of these. */
  private static final int PAGE_OF_INSTANCES = 1_000;

  private static final int PAGE_OF_VERSIONS = 200;

  private static final Set<String> NOT_FOUND =
      Set.of("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable");

  private final Ec2Client ec2;

  public Ec2Images(Ec2Client ec2) {
    this.ec2 = ec2;
  }

  @Override
  public Registration register(Request request) {
    return translated(() -> registered(request));
  }

  private Registration registered(Request request) {
    try {
      return new Registration.Registered(ec2.registerImage(registration(request)).imageId());
    } catch (Ec2Exception e) {
      if (NAME_TAKEN.equals(e.awsErrorDetails().errorCode())) {
        return new Registration.NameTaken();
      }
      throw e;
    }
  }

  @Override
  public Optional<Description> find(String amiId) {
    return described("image-id", amiId);
  }

  @Override
  public Optional<Description> findByName(String name) {
    return described("name", name);
  }

  @Override
  public List<Description> findAll(Collection<String> amiIds) {
    if (amiIds.isEmpty()) {
      return List.of();
    }
    Filter ids = filter("image-id", amiIds.toArray(String[]::new));
    return translated(() -> ec2.describeImages(describe -> describe.owners("self").filters(ids)))
        .images()
        .stream()
        .map(Ec2Images::description)
        .toList();
  }

  @Override
  public Listing<Description> tagged(@Nullable String next) {
    DescribeImagesResponse part =
        translated(
            () ->
                ec2.describeImages(
                    describe ->
                        describe
                            .owners("self")
                            .filters(Ec2Snapshots.RUN_TAGGED)
                            .maxResults(Ec2Snapshots.PART)
                            .nextToken(next)));
    return new Listing<>(
        part.images().stream().map(Ec2Images::description).toList(),
        Ec2Snapshots.next(part.nextToken()));
  }

  @Override
  public Optional<String> use(String amiId) {
    return instance(amiId)
        .or(() -> launchTemplate(amiId))
        .or(() -> permission(amiId))
        .or(() -> copy(amiId));
  }

  private Optional<String> instance(String amiId) {
    Filter image = filter("image-id", amiId);
    Filter alive = filter("instance-state-name", "pending", "running", "stopping", "stopped");
    // A page may be empty and yet not the last.
    return translatedPages(
            ec2.describeInstancesPaginator(
                    describe -> describe.filters(image, alive).maxResults(PAGE_OF_INSTANCES))
                .reservations())
        .flatMap(reservation -> reservation.instances().stream())
        .findFirst()
        .map(instance -> "instance " + instance.instanceId() + " was launched from it");
  }

  /** Of all templates at once: without a template's name EC2 takes these two versions. */
  private Optional<String> launchTemplate(String amiId) {
    return translatedPages(
            ec2.describeLaunchTemplateVersionsPaginator(
                    describe ->
                        describe
                            .versions("$Default", "$Latest")
                            .filters(filter("image-id", amiId))
                            .maxResults(PAGE_OF_VERSIONS))
                .launchTemplateVersions())
        .findFirst()
        .map(
            version ->
                "launch template "
                    + version.launchTemplateId()
                    + " names it in version "
                    + version.versionNumber());
  }

  private Optional<String> permission(String amiId) {
    return translated(
            () ->
                ec2.describeImageAttribute(
                    describe ->
                        describe.imageId(amiId).attribute(ImageAttributeName.LAUNCH_PERMISSION)))
        .launchPermissions()
        .stream()
        .findFirst()
        .map(permission -> "it is shared with " + grantee(permission));
  }

  private static String grantee(LaunchPermission permission) {
    return Stream.of(
            permission.userId(), permission.organizationArn(), permission.organizationalUnitArn())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("everybody");
  }

  private Optional<String> copy(String amiId) {
    Filter source = filter("source-image-id", amiId);
    return translatedPages(
            ec2.describeImagesPaginator(describe -> describe.owners("self").filters(source))
                .images())
        .findFirst()
        .map(image -> "AMI " + image.imageId() + " is a copy of it");
  }

  private static Filter filter(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }

  @Override
  public void tag(String amiId, Map<String, String> tags) {
    translated(
        () -> ec2.createTags(create -> create.resources(amiId).tags(Ec2Snapshots.tags(tags))));
  }

  @Override
  public void deregister(String amiId) {
    translated(() -> deregistered(amiId));
  }

  private void deregistered(String amiId) {
    try {
      ec2.deregisterImage(deregister -> deregister.imageId(amiId));
    } catch (Ec2Exception e) {
      String code = e.awsErrorDetails().errorCode();
      // The permission asks for a tag, and what is gone has none.
      boolean gone =
          NOT_FOUND.contains(code)
              || (Ec2Snapshots.UNAUTHORIZED.equals(code) && find(amiId).isEmpty());
      if (!gone) {
        throw e;
      }
    }
  }

  private static RegisterImageRequest registration(Request request) {
    List<BlockDeviceMapping> mappings = request.volumes().stream().map(Ec2Images::mapping).toList();
    return RegisterImageRequest.builder()
        .name(request.name())
        .description(request.description())
        .architecture(ArchitectureValues.X86_64)
        .virtualizationType("hvm")
        .enaSupport(true)
        .imdsSupport(ImdsSupportValues.V2_0)
        .bootMode(bootMode(request.firmware()))
        .rootDeviceName(request.volumes().getFirst().deviceName())
        .blockDeviceMappings(mappings)
        .tagSpecifications(
            TagSpecification.builder()
                .resourceType(ResourceType.IMAGE)
                .tags(Ec2Snapshots.tags(request.tags()))
                .build())
        .build();
  }

  /**
   * No disk of a migrated server goes with its instance unless somebody says so. Without a type EC2
   * takes {@code standard}, the magnetic volumes of 2008, which end at 1 TiB.
   */
  private static BlockDeviceMapping mapping(Volume volume) {
    return BlockDeviceMapping.builder()
        .deviceName(volume.deviceName())
        .ebs(
            ebs ->
                ebs.snapshotId(volume.snapshotId().value())
                    .volumeType(VolumeType.GP3)
                    .deleteOnTermination(false))
        .build();
  }

  static BootModeValues bootMode(Firmware firmware) {
    return switch (firmware) {
      case BIOS -> BootModeValues.LEGACY_BIOS;
      case UEFI -> BootModeValues.UEFI;
    };
  }

  private Optional<Description> described(String name, String value) {
    Filter one = filter(name, value);
    return translated(() -> ec2.describeImages(describe -> describe.owners("self").filters(one)))
        .images()
        .stream()
        .findFirst()
        .map(Ec2Images::description);
  }

  private static Description description(Image image) {
    List<Device> devices =
        image.blockDeviceMappings().stream()
            .filter(mapping -> mapping.ebs() != null && mapping.ebs().snapshotId() != null)
            .map(
                mapping ->
                    new Device(
                        mapping.deviceName(),
                        new SnapshotId(mapping.ebs().snapshotId()),
                        Boolean.TRUE.equals(mapping.ebs().encrypted())))
            .toList();
    String reason =
        image.stateReason() == null ? "" : String.valueOf(image.stateReason().message());
    return new Description(
        image.imageId(),
        String.valueOf(image.name()),
        createdAt(image),
        status(image.state()),
        reason,
        devices,
        Ec2Snapshots.tagsOf(image.tags()));
  }

  /** EC2 has it as a text. */
  private static Instant createdAt(Image image) {
    return image.creationDate() == null ? Instant.EPOCH : Instant.parse(image.creationDate());
  }

  private static Status status(ImageState state) {
    return switch (state) {
      case AVAILABLE -> Status.AVAILABLE;
      case PENDING, TRANSIENT -> Status.PENDING;
      case INVALID, DEREGISTERED, FAILED, ERROR, DISABLED, UNKNOWN_TO_SDK_VERSION -> Status.FAILED;
    };
  }
}
