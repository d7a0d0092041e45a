package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** DescribeImages, DescribeImageAttribute, ModifyImageAttribute and DeregisterImage. */
final class ImageActions {
  private static final String LAUNCH_PERMISSION = "launchPermission";

  /** What AWS charges for where it sells no licence; so are images that are registered. */
  private static final String LINUX = "RunInstances";

  private static final Map<String, String> PLATFORM_DETAILS =
      Map.of(
          LINUX,
          "Linux/UNIX",
          ImportImage.WINDOWS_OF_AWS,
          "Windows",
          ImportImage.WINDOWS_BYOL,
          "Windows BYOL");

  private final Account account;
  private final ImageStore images;
  private final InstantSource clock;

  ImageActions(Account account, ImageStore images, InstantSource clock) {
    this.account = account;
    this.images = images;
    this.clock = clock;
  }

  void describe(QueryParameters parameters, XmlElement answer) {
    List<String> ids = parameters.texts("ImageId");
    List<String> owners = parameters.texts("Owner");
    List<String> launchers = parameters.texts("ExecutableBy");
    Optional<Boolean> _ = parameters.flag("IncludeDisabled");
    Optional<Boolean> _ = parameters.flag("IncludeDeprecated");
    Filters filters = Filters.of(parameters);
    Paging paging = Paging.of(parameters, !ids.isEmpty());
    parameters.refuseUnknown();
    boolean mine = isOrNobody(owners) && isOrNobody(launchers);
    List<ImageRecord> selected =
        ids.isEmpty() ? images.list() : ids.stream().map(this::find).toList();
    List<ImageRecord> matching =
        selected.stream()
            .filter(image -> mine && filters.accept(name -> of(image, name), image.tags()))
            .toList();
    Paging.Page<ImageRecord> page = paging.page(matching, ImageRecord::id);
    answer.items("imagesSet", page.items(), this::describe);
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  /** Leaves the snapshots; a second call is told that the image is gone, as at AWS. */
  void deregister(QueryParameters parameters, XmlElement answer) throws IOException {
    String id = parameters.required("ImageId");
    parameters.refuseUnknown();
    if (images.isDeregistered(id)) {
      throw Ec2Refusal.of(
          "InvalidAMIID.Unavailable", "The image ID '" + id + "' is no longer available");
    }
    images.deregister(find(id));
    answer.text("return", true);
  }

  void describeAttribute(QueryParameters parameters, XmlElement answer) {
    ImageRecord image = find(parameters.required("ImageId"));
    String attribute = parameters.required("Attribute");
    parameters.refuseUnknown();
    answer.text("imageId", image.id());
    switch (attribute) {
      case "description" -> value(answer, attribute, image.description());
      case "bootMode" -> value(answer, attribute, image.bootMode());
      case "imdsSupport" -> value(answer, attribute, image.imdsSupport());
      case "tpmSupport" -> value(answer, "tpmSupport", image.tpmSupport());
      case "sriovNetSupport" -> value(answer, attribute, image.sriovNetSupport());
      case LAUNCH_PERMISSION -> answer.items(attribute, image.sharedWith(), ImageActions::grantee);
      case "blockDeviceMapping" -> mappings(answer, image);
      default -> throw Ec2Refusal.invalidValue("The simulator has no attribute " + attribute);
    }
  }

  /** Launch permissions alone, of accounts and of everybody; idempotent. */
  void modifyAttribute(QueryParameters parameters, XmlElement answer) throws IOException {
    ImageRecord image = find(parameters.required("ImageId"));
    String attribute = parameters.text("Attribute").orElse(LAUNCH_PERMISSION);
    if (!attribute.equals(LAUNCH_PERMISSION)) {
      throw Ec2Refusal.invalidValue("The simulator does not change the attribute " + attribute);
    }
    Set<String> grantees = new TreeSet<>(image.sharedWith());
    grantees.removeAll(grantees(parameters.below("LaunchPermission").elements("Remove")));
    grantees.addAll(grantees(parameters.below("LaunchPermission").elements("Add")));
    parameters.refuseUnknown();
    images.share(image, grantees);
    answer.text("return", true);
  }

  private static List<String> grantees(List<QueryParameters> permissions) {
    return permissions.stream()
        .map(permission -> permission.text("Group").orElseGet(() -> permission.required("UserId")))
        .toList();
  }

  private static void grantee(XmlElement item, String grantee) {
    item.text(grantee.equals(ImageRecord.ALL) ? "group" : "userId", grantee);
  }

  private static void value(XmlElement answer, String name, @Nullable String value) {
    answer.element(name, element -> element.text("value", value));
  }

  private boolean isOrNobody(List<String> owners) {
    return owners.isEmpty() || owners.stream().anyMatch(this::isMe);
  }

  boolean isMe(String owner) {
    return owner.equals("self") || owner.equals(account.id());
  }

  private ImageRecord find(String id) {
    if (!id.matches("ami-[0-9a-f]+")) {
      throw Ec2Refusal.of("InvalidAMIID.Malformed", "Invalid id: \"" + id + "\"");
    }
    return images.find(id).orElseThrow(() -> Ec2Refusal.imageNotFound(id));
  }

  private Collection<String> of(ImageRecord image, String filter) {
    return switch (filter) {
      case "image-id" -> Filters.only(image.id());
      case "name" -> Filters.only(image.name());
      case "state" -> Filters.only(state(image));
      case "owner-id" -> Filters.only(account.id());
      case "is-public" -> Filters.only(image.sharedWith().contains(ImageRecord.ALL));
      case "image-type" -> Filters.only("machine");
      case "description" -> Filters.only(Optional.ofNullable(image.description()).orElse(""));
      case "architecture" -> Filters.only(image.architecture());
      case "virtualization-type" -> Filters.only(image.virtualizationType());
      case "root-device-name" -> Filters.only(image.rootDeviceName());
      case "root-device-type" -> Filters.only("ebs");
      case "source-image-id" -> List.of(); // every image is registered, none copied
      case "ena-support" -> Filters.only(image.enaSupport());
      case "block-device-mapping.snapshot-id" ->
          image.mappings().stream()
              .flatMap(mapping -> Stream.ofNullable(mapping.snapshotId()))
              .toList();
      default -> throw Filters.unknown(filter);
    };
  }

  private String state(ImageRecord image) {
    return clock.millis() >= image.availableAtMillis() ? "available" : "pending";
  }

  private void describe(XmlElement item, ImageRecord image) {
    item.text("imageId", image.id())
        .text("imageLocation", account.id() + "/" + image.name())
        .text("imageState", state(image))
        .text("imageOwnerId", account.id())
        .time("creationDate", Instant.ofEpochMilli(image.createdAtMillis()))
        .text("isPublic", image.sharedWith().contains(ImageRecord.ALL))
        .text("architecture", image.architecture())
        .text("imageType", "machine")
        .text("name", image.name())
        .text("description", image.description())
        .text("platform", usage(image).equals(LINUX) ? null : "windows")
        .text("platformDetails", PLATFORM_DETAILS.get(usage(image)))
        .text("usageOperation", usage(image))
        .text("rootDeviceType", "ebs")
        .text("rootDeviceName", image.rootDeviceName())
        .text("virtualizationType", image.virtualizationType())
        .text("hypervisor", "xen")
        .text("enaSupport", image.enaSupport())
        .text("sriovNetSupport", image.sriovNetSupport())
        .text("bootMode", image.bootMode())
        .text("imdsSupport", image.imdsSupport())
        .text("tpmSupport", image.tpmSupport())
        .tags(image.tags());
    mappings(item, image);
  }

  private static String usage(ImageRecord image) {
    return Optional.ofNullable(image.usageOperation()).orElse(LINUX);
  }

  private static void mappings(XmlElement parent, ImageRecord image) {
    parent.items(
        "blockDeviceMapping",
        image.mappings(),
        (item, mapping) ->
            item.text("deviceName", mapping.deviceName())
                .element("ebs", ebs -> describe(ebs, mapping)));
  }

  private static void describe(XmlElement ebs, ImageRecord.Mapping mapping) {
    ebs.text("snapshotId", mapping.snapshotId())
        .text("volumeSize", mapping.volumeSizeGib())
        .text("deleteOnTermination", mapping.deleteOnTermination())
        .text("volumeType", mapping.volumeType())
        .text("encrypted", mapping.encrypted())
        .text("iops", mapping.iops())
        .text("throughput", mapping.throughput());
  }
}
