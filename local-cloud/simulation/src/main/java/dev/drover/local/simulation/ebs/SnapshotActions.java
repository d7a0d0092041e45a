package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Ascending;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateTagsRequest;
import software.amazon.awssdk.services.ec2.model.CreateTagsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.Tag;

/** DescribeSnapshots, DeleteSnapshot and CreateTags of EC2. */
final class SnapshotActions {
  /** What EC2 shows for a snapshot that was not made from a volume. */
  private static final String NO_VOLUME = "vol-ffffffff";

  private static final int PAGE = 1_000;
  private static final int MIN_PAGE = 5;

  private final InstantSource clock;
  private final SnapshotStore snapshots;
  private final ImageActions images;
  private final Ec2Gate gate;
  private final boolean goneIsUnauthorized;

  SnapshotActions(
      InstantSource clock,
      SnapshotStore snapshots,
      ImageActions images,
      Ec2Gate gate,
      EbsSettings.Faults faults) {
    this.clock = clock;
    this.snapshots = snapshots;
    this.images = images;
    this.gate = gate;
    this.goneIsUnauthorized = faults.goneIsUnauthorized();
  }

  /** A page; its token names its last snapshot, so that deletions between pages do not matter. */
  DescribeSnapshotsResponse describe(DescribeSnapshotsRequest request) {
    gate.read("DescribeSnapshots");
    Ec2Filters filters = new Ec2Filters(request.filters());
    String after = Objects.requireNonNullElse(request.nextToken(), "");
    int most = pageSize(request.maxResults(), request.snapshotIds());
    Ascending.Page<EbsSnapshot> page =
        Ascending.page(
            candidates(request, filters, after)
                .filter(snapshot -> !clock.instant().isBefore(snapshot.listed))
                .filter(snapshot -> isOwn(request.ownerIds()))
                .filter(snapshot -> filters.pass(name -> of(snapshot, name), snapshot.tags))
                .filter(snapshot -> snapshot.id.compareTo(after) > 0),
            most);
    return DescribeSnapshotsResponse.builder()
        .snapshots(page.items().stream().map(SnapshotActions::described).toList())
        .nextToken(page.next(snapshot -> snapshot.id))
        .build();
  }

  /** Without a limit EC2 gives all of them, or as many; this one gives a page. */
  static int pageSize(@Nullable Integer most, List<String> ids) {
    if (most == null) {
      return PAGE;
    }
    if (!ids.isEmpty()) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination", "MaxResults and ids cannot be in the same call");
    }
    if (most < MIN_PAGE || most > PAGE) {
      throw Ec2Refusal.invalidValue("MaxResults must be from 5 to 1000, not " + most);
    }
    return most;
  }

  static boolean isOwn(List<String> owners) {
    return owners.isEmpty() || owners.contains("self") || owners.contains(KmsService.ACCOUNT);
  }

  /** Those that may pass the filters, by ascending id. */
  private Stream<EbsSnapshot> candidates(
      DescribeSnapshotsRequest request, Ec2Filters filters, String after) {
    if (!request.snapshotIds().isEmpty()) {
      return new TreeSet<>(request.snapshotIds()).stream().map(this::existing);
    }
    Optional<List<String>> ids = filters.exactly("snapshot-id");
    if (ids.isPresent()) {
      return new TreeSet<>(ids.get()).stream().flatMap(id -> snapshots.find(id).stream());
    }
    Optional<Map.Entry<String, List<String>>> tag = filters.exactTag();
    if (tag.isPresent()) {
      TreeSet<String> tagged = new TreeSet<>();
      tag.get()
          .getValue()
          .forEach(value -> tagged.addAll(snapshots.tagged(tag.get().getKey(), value)));
      return tagged.stream().flatMap(id -> snapshots.find(id).stream());
    }
    return snapshots.allAfter(after);
  }

  private EbsSnapshot existing(String id) {
    if (!id.matches("snap-[0-9a-f]+")) {
      throw Ec2Refusal.of(
          "InvalidSnapshotID.Malformed", "The snapshot ID '" + id + "' is not valid");
    }
    return snapshots.find(id).orElseThrow(() -> Ec2Refusal.noSnapshot(id));
  }

  private static Collection<String> of(EbsSnapshot snapshot, String filter) {
    return switch (filter) {
      case "snapshot-id" -> List.of(snapshot.id);
      case "status" -> List.of(snapshot.status());
      case "owner-id" -> List.of(KmsService.ACCOUNT);
      case "volume-size" -> List.of(Integer.toString(snapshot.volumeGib));
      case "volume-id" -> List.of(NO_VOLUME);
      case "encrypted" -> List.of(Boolean.toString(snapshot.encrypted()));
      case "description" -> List.of(snapshot.description);
      default -> throw Ec2Filters.unknown(filter);
    };
  }

  private static Snapshot described(EbsSnapshot snapshot) {
    return Snapshot.builder()
        .snapshotId(snapshot.id)
        .volumeId(NO_VOLUME)
        .ownerId(KmsService.ACCOUNT)
        .state(SnapshotState.fromValue(snapshot.status()))
        .stateMessage(snapshot.stateMessage.isEmpty() ? null : snapshot.stateMessage)
        .startTime(snapshot.startTime)
        .volumeSize(snapshot.volumeGib)
        .description(snapshot.description)
        .encrypted(snapshot.encrypted())
        .kmsKeyId(snapshot.kmsKeyArn)
        .tags(tags(snapshot.tags))
        .build();
  }

  static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  static Map<String, String> tags(List<Tag> tags) {
    Map<String, String> checked = new TreeMap<>();
    for (Tag tag : tags) {
      checked.put(
          Optional.ofNullable(tag.key()).orElse(""), Optional.ofNullable(tag.value()).orElse(""));
    }
    Tags.require(checked);
    return checked;
  }

  /** Idempotent only in effect: a second deletion finds nothing. */
  DeleteSnapshotResponse delete(DeleteSnapshotRequest request) {
    gate.write("DeleteSnapshot");
    String id = request.snapshotId();
    if (goneIsUnauthorized && snapshots.find(id).isEmpty()) {
      throw Ec2Refusal.unauthorized();
    }
    EbsSnapshot snapshot = existing(id);
    Optional<String> user = images.userOf(id);
    if (user.isPresent()) {
      throw Ec2Refusal.of(
          "InvalidSnapshot.InUse", "The snapshot " + id + " is currently in use by " + user.get());
    }
    snapshots.delete(snapshot);
    return DeleteSnapshotResponse.builder().build();
  }

  /** All of them or none. */
  CreateTagsResponse createTags(CreateTagsRequest request) {
    gate.write("CreateTags");
    Map<String, String> added = tags(request.tags());
    for (String id : request.resources()) {
      Map<String, String> all =
          new TreeMap<>(id.startsWith("ami-") ? images.tagsOf(id) : existing(id).tags);
      all.putAll(added);
      Tags.require(all);
    }
    for (String id : request.resources()) {
      if (id.startsWith("ami-")) {
        images.tagsOf(id).putAll(added);
      } else {
        snapshots.addTags(existing(id), added);
      }
    }
    return CreateTagsResponse.builder().build();
  }
}
