package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** DescribeSnapshots and DeleteSnapshot. */
final class SnapshotActions {
  /** What EC2 shows for a snapshot that was not made from a volume. */
  private static final String NO_VOLUME = "vol-ffffffff";

  private final Account account;
  private final SnapshotStore snapshots;
  private final ImageStore images;

  SnapshotActions(Account account, SnapshotStore snapshots, ImageStore images) {
    this.account = account;
    this.snapshots = snapshots;
    this.images = images;
  }

  void describe(QueryParameters parameters, XmlElement answer) {
    List<String> ids = parameters.texts("SnapshotId");
    List<String> owners = parameters.texts("Owner");
    boolean restorable = parameters.texts("RestorableBy").stream().allMatch(this::isMe);
    Filters filters = Filters.of(parameters);
    Paging paging = Paging.of(parameters, !ids.isEmpty());
    parameters.refuseUnknown();
    boolean mine = (owners.isEmpty() || owners.stream().anyMatch(this::isMe)) && restorable;
    List<Snapshot> selected = ids.isEmpty() ? snapshots.list() : find(ids);
    List<Snapshot> matching =
        selected.stream()
            .filter(snapshot -> mine && filters.accept(name -> of(snapshot, name), snapshot.tags()))
            .toList();
    Paging.Page<Snapshot> page = paging.page(matching, Snapshot::id);
    answer.items("snapshotSet", page.items(), this::describe);
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  /** Idempotent only in effect: a second deletion finds nothing, as at AWS. */
  void delete(QueryParameters parameters, XmlElement answer) throws IOException {
    Snapshot snapshot = find(parameters.required("SnapshotId"));
    parameters.refuseUnknown();
    Optional<ImageRecord> user = images.using(snapshot.id()).stream().findFirst();
    if (user.isPresent()) {
      throw Ec2Refusal.of(
          "InvalidSnapshot.InUse",
          "The snapshot " + snapshot.id() + " is currently in use by " + user.get().id());
    }
    snapshots.delete(snapshot);
    answer.text("return", true);
  }

  private List<Snapshot> find(List<String> ids) {
    return ids.stream().map(this::find).toList();
  }

  private Snapshot find(String id) {
    if (!id.matches("snap-[0-9a-f]+")) {
      throw Ec2Refusal.of(
          "InvalidSnapshotID.Malformed", "The snapshot ID '" + id + "' is not valid");
    }
    return snapshots.find(id).orElseThrow(() -> Ec2Refusal.snapshotNotFound(id));
  }

  private boolean isMe(String owner) {
    return owner.equals("self") || owner.equals(account.id());
  }

  private Collection<String> of(Snapshot snapshot, String filter) {
    return switch (filter) {
      case "snapshot-id" -> Filters.only(snapshot.id());
      case "status" -> Filters.only(snapshot.status().word());
      case "owner-id" -> Filters.only(account.id());
      case "volume-size" -> Filters.only(snapshot.volumeSizeGib());
      case "volume-id" -> Filters.only(NO_VOLUME);
      case "encrypted" -> Filters.only(snapshot.encrypted());
      case "progress" -> Filters.only(snapshot.progressPercent() + "%");
      case "description" -> Filters.only(description(snapshot));
      default -> throw Filters.unknown(filter);
    };
  }

  private static String description(Snapshot snapshot) {
    return Optional.ofNullable(snapshot.request().description()).orElse("");
  }

  private void describe(XmlElement item, Snapshot snapshot) {
    item.text("snapshotId", snapshot.id())
        .text("volumeId", NO_VOLUME)
        .text("status", snapshot.status().word())
        .text("statusMessage", snapshot.statusMessage().orElse(null))
        .time("startTime", snapshot.startedAt())
        .text("progress", snapshot.progressPercent() + "%")
        .text("ownerId", account.id())
        .text("volumeSize", snapshot.volumeSizeGib())
        .text("description", description(snapshot))
        .text("encrypted", snapshot.encrypted())
        .text("kmsKeyId", snapshot.kmsKeyArn().orElse(null))
        .text("storageTier", "standard")
        .tags(snapshot.tags());
    snapshot.completedAt().ifPresent(time -> item.time("completionTime", time));
  }
}
