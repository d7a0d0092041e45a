package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Ascending;
import dev.drover.local.simulation.kernel.Simulation;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** RegisterImage, DescribeImages and DeregisterImage of EC2, and the images. */
final class ImageActions {
  private static final String ID = "ami-%017x";

  private final Simulation simulation;
  private final EbsSettings settings;
  private final Ec2Gate gate;
  private final AccountUse use;
  private final ImageRules rules;
  private final RandomGenerator random;
  private final TreeMap<String, MachineImage> images = new TreeMap<>();
  private final Map<String, MachineImage> byName = new HashMap<>();
  private final Map<String, NavigableSet<String>> bySnapshot = new HashMap<>();
  private long registered;

  ImageActions(
      Simulation simulation,
      EbsSettings settings,
      SnapshotStore snapshots,
      Ec2Gate gate,
      AccountUse use) {
    this.simulation = simulation;
    this.settings = settings;
    this.gate = gate;
    this.use = use;
    this.rules = new ImageRules(snapshots);
    this.random = simulation.newRandom();
  }

  /** Not idempotent: the name is taken from the first call on. */
  RegisterImageResponse register(RegisterImageRequest request) {
    gate.write("RegisterImage");
    rules.require(request);
    MachineImage namesake = byName.get(request.name());
    if (namesake != null) {
      throw Ec2Refusal.of(
          "InvalidAMIName.Duplicate",
          "AMI name " + request.name() + " is already in use by AMI " + namesake.id);
    }
    Map<String, String> tags = SnapshotActions.tags(tagsOf(request));
    requireRoom();
    MachineImage image = added(request);
    image.tags.putAll(tags);
    boolean fails = random.nextDouble() < settings.faults().imageFails();
    simulation.after(settings.delays().image().drawn(random), () -> end(image, fails));
    return RegisterImageResponse.builder().imageId(image.id).build();
  }

  private MachineImage added(RegisterImageRequest request) {
    registered++;
    MachineImage image = new MachineImage(ID.formatted(registered), request, simulation.instant());
    images.put(image.id, image);
    byName.put(image.name(), image);
    for (String snapshot : image.snapshots()) {
      bySnapshot.computeIfAbsent(snapshot, id -> new TreeSet<>()).add(image.id);
    }
    return image;
  }

  /** VM Import registers what it made; it can be launched at once. */
  String imported(RegisterImageRequest image) {
    MachineImage made = added(image);
    made.state = ImageState.AVAILABLE;
    return made.id;
  }

  private static List<Tag> tagsOf(RegisterImageRequest request) {
    return request.tagSpecifications().stream()
        .filter(tags -> tags.resourceType() == ResourceType.IMAGE)
        .map(TagSpecification::tags)
        .flatMap(List::stream)
        .toList();
  }

  /** AWS does not say which error it is; this is EC2's word for a limit of the account. */
  private void requireRoom() {
    int most = settings.quotas().images();
    if (images.size() >= most) {
      String words = "The account has its limit of " + most + " images.";
      use.refused("RegisterImage", words);
      throw Ec2Refusal.of("ResourceLimitExceeded", words);
    }
  }

  private void end(MachineImage image, boolean fails) {
    if (images.get(image.id) != image) {
      return;
    }
    image.state = fails ? ImageState.FAILED : ImageState.AVAILABLE;
    image.stateReason = fails ? "Client.InternalError: the image could not be made" : "";
    simulation.trace().line("ec2", image.id + " is " + image.state);
  }

  DescribeImagesResponse describe(DescribeImagesRequest request) {
    gate.read("DescribeImages");
    Ec2Filters filters = new Ec2Filters(request.filters());
    String after = Objects.requireNonNullElse(request.nextToken(), "");
    int most = SnapshotActions.pageSize(request.maxResults(), request.imageIds());
    Ascending.Page<MachineImage> page =
        Ascending.page(
            candidates(request, filters, after)
                .filter(image -> SnapshotActions.isOwn(request.owners()))
                .filter(image -> filters.pass(name -> of(image, name), image.tags))
                .filter(image -> image.id.compareTo(after) > 0),
            most);
    return DescribeImagesResponse.builder()
        .images(page.items().stream().map(MachineImage::described).toList())
        .nextToken(page.next(image -> image.id))
        .build();
  }

  private Stream<MachineImage> candidates(
      DescribeImagesRequest request, Ec2Filters filters, String after) {
    if (!request.imageIds().isEmpty()) {
      return new TreeSet<>(request.imageIds()).stream().map(this::existing);
    }
    Optional<List<String>> ids = filters.exactly("image-id");
    if (ids.isPresent()) {
      return ids.get().stream().distinct().map(images::get).filter(Objects::nonNull);
    }
    Optional<List<String>> names = filters.exactly("name");
    if (names.isPresent()) {
      return names.get().stream().distinct().map(byName::get).filter(Objects::nonNull);
    }
    // Every image is registered, and none copied.
    return filters.exactly("source-image-id").isPresent()
        ? Stream.empty()
        : Ascending.after(images, after).map(Map.Entry::getValue);
  }

  /** Launch permissions, of which there are none. */
  DescribeImageAttributeResponse describeAttribute(DescribeImageAttributeRequest request) {
    gate.read("DescribeImageAttribute");
    return DescribeImageAttributeResponse.builder()
        .imageId(existing(request.imageId()).id)
        .launchPermissions(List.of())
        .build();
  }

  private static Collection<String> of(MachineImage image, String filter) {
    return switch (filter) {
      case "image-id" -> List.of(image.id);
      case "name" -> List.of(image.name());
      case "state" -> List.of(image.state.toString());
      case "owner-id" -> List.of(KmsService.ACCOUNT);
      case "source-image-id" -> List.of(); // every image is registered, none copied
      case "block-device-mapping.snapshot-id" -> image.snapshots();
      default -> throw Ec2Filters.unknown(filter);
    };
  }

  /** Leaves the snapshots. */
  DeregisterImageResponse deregister(DeregisterImageRequest request) {
    gate.write("DeregisterImage");
    String id = request.imageId();
    if (settings.faults().goneIsUnauthorized() && !images.containsKey(id)) {
      throw Ec2Refusal.unauthorized();
    }
    MachineImage image = existing(id);
    images.remove(id);
    byName.remove(image.name());
    for (String snapshot : image.snapshots()) {
      bySnapshot.computeIfPresent(
          snapshot, (key, users) -> users.remove(id) && users.isEmpty() ? null : users);
    }
    return DeregisterImageResponse.builder().build();
  }

  private MachineImage existing(String id) {
    MachineImage image = images.get(id);
    if (image != null) {
      return image;
    }
    if (!id.matches("ami-[0-9a-f]+")) {
      throw Ec2Refusal.of("InvalidAMIID.Malformed", "Invalid id: \"" + id + "\"");
    }
    // Ids ascend, so a smaller one was an image's.
    throw id.compareTo(ID.formatted(registered)) <= 0
        ? Ec2Refusal.of(
            "InvalidAMIID.Unavailable", "The image ID '" + id + "' is no longer available")
        : Ec2Refusal.noImage(id);
  }

  /** The tags of an image, to be changed. */
  Map<String, String> tagsOf(String id) {
    return existing(id).tags;
  }

  /** An image that uses the snapshot. */
  Optional<String> userOf(String snapshotId) {
    return Optional.ofNullable(bySnapshot.get(snapshotId)).map(NavigableSet::first);
  }

  /** Whether the image exists and can be launched. */
  boolean isAvailable(String id) {
    MachineImage image = images.get(id);
    return image != null && image.state == ImageState.AVAILABLE;
  }

  int count() {
    return images.size();
  }
}
