package dev.drover.local.simulator.ebs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.simulator.ebs.EbsRefusal.ValidationReason;
import dev.drover.local.simulator.fault.Faults;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.Blocks;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotRequest;
import dev.drover.local.simulator.snapshot.SnapshotStatus;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * StartSnapshot. Its idempotency key is the ClientToken: an equal request with the same token is
 * answered with the snapshot that the first one made, even a deleted one.
 */
final class StartSnapshot {
  /** https://docs.aws.amazon.com/general/latest/gr/ebs-service.html, not adjustable. */
  private static final int MAX_PENDING_SNAPSHOTS = 100;

  private static final int MAX_BODY_BYTES = 64 * 1024;

  private final EbsJson json;
  private final SnapshotStore snapshots;
  private final EncryptionByDefault encryptionByDefault;
  private final Account account;
  private final Faults faults;

  StartSnapshot(
      EbsJson json,
      SnapshotStore snapshots,
      EncryptionByDefault encryptionByDefault,
      Account account,
      Faults faults) {
    this.json = json;
    this.snapshots = snapshots;
    this.encryptionByDefault = encryptionByDefault;
    this.account = account;
    this.faults = faults;
  }

  Response answer(Request request) throws IOException {
    SnapshotRequest wanted =
        json.parse(request.body(MAX_BODY_BYTES), StartSnapshotBody.class).checked();
    synchronized (snapshots) {
      Optional<Snapshot> earlier = sameToken(wanted);
      return describe(earlier.isPresent() ? earlier.get() : start(wanted));
    }
  }

  private Optional<Snapshot> sameToken(SnapshotRequest wanted) {
    String token = wanted.clientToken();
    Optional<Snapshot> earlier =
        token == null ? Optional.empty() : snapshots.findByClientToken(token);
    if (token != null && earlier.isPresent() && !earlier.get().request().equals(wanted)) {
      throw EbsRefusal.tokenConflict(token);
    }
    return earlier;
  }

  private Snapshot start(SnapshotRequest wanted) throws IOException {
    String parentId = wanted.parentSnapshotId();
    Snapshot parent = parentId == null ? null : parent(parentId, wanted.volumeSizeGib());
    String kmsKeyArn = parent == null ? keyWithoutParent(wanted) : keyOfParent(wanted, parent);
    if (kmsKeyArn != null && faults.disablesKeys()) {
      throw EbsRefusal.keyDisabled(kmsKeyArn);
    }
    int quota = faults.pendingLimit().orElse(MAX_PENDING_SNAPSHOTS);
    if (pendingCount() >= quota) {
      throw EbsRefusal.tooManyPending(quota);
    }
    return snapshots.start(wanted, kmsKeyArn, parent);
  }

  private Snapshot parent(String parentId, int volumeSizeGib) {
    Snapshot parent =
        snapshots.find(parentId).orElseThrow(() -> EbsRefusal.snapshotNotFound(parentId));
    if (parent.status() != SnapshotStatus.COMPLETED) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_SNAPSHOT_ID,
          "The parent " + parentId + " is not completed but " + parent.status().word());
    }
    if (parent.volumeSizeGib() > volumeSizeGib) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_VOLUME_SIZE,
          "The parent has " + parent.volumeSizeGib() + " GiB, more than " + volumeSizeGib);
    }
    return parent;
  }

  // The outcomes are those of
  // https://docs.aws.amazon.com/ebs/latest/userguide/ebsapis-using-encryption.html
  private @Nullable String keyOfParent(SnapshotRequest wanted, Snapshot parent) {
    if (wanted.encrypted() != null || wanted.kmsKeyArn() != null) {
      throw invalid("With ParentSnapshotId, Encrypted and KmsKeyArn must be omitted");
    }
    if (!parent.encrypted() && encryptionByDefault.enabled()) {
      throw invalid("Encryption by default is enabled, but the parent is not encrypted");
    }
    return parent.kmsKeyArn().orElse(null);
  }

  private @Nullable String keyWithoutParent(SnapshotRequest wanted) {
    boolean asked = Boolean.TRUE.equals(wanted.encrypted());
    String key = wanted.kmsKeyArn();
    if (key != null && !asked) {
      throw invalid("KmsKeyArn needs Encrypted to be true");
    }
    // Inferred from "you can't create unencrypted snapshots": AWS could also ignore the false.
    if (Boolean.FALSE.equals(wanted.encrypted()) && encryptionByDefault.enabled()) {
      throw invalid("Encryption by default is enabled: Encrypted cannot be false");
    }
    if (!asked && !encryptionByDefault.enabled()) {
      return null;
    }
    return key == null ? account.defaultKeyArn() : key;
  }

  private static EbsRefusal invalid(String message) {
    return EbsRefusal.validation(ValidationReason.INVALID_PARAMETER_VALUE, message);
  }

  private long pendingCount() {
    return snapshots.list().stream()
        .filter(snapshot -> snapshot.status() == SnapshotStatus.PENDING)
        .count();
  }

  private Response describe(Snapshot snapshot) {
    SnapshotRequest request = snapshot.request();
    ObjectNode answer =
        json.object()
            .put("SnapshotId", snapshot.id())
            .put("OwnerId", account.id())
            .put("Status", SnapshotStatus.PENDING.word())
            .put("StartTime", EbsJson.time(snapshot.startedAt()))
            .put("VolumeSize", snapshot.volumeSizeGib())
            .put("BlockSize", Blocks.BLOCK_BYTES)
            .put("SseType", snapshot.encrypted() ? "sse-kms" : "none");
    putIfPresent(answer, "Description", request.description());
    putIfPresent(answer, "ParentSnapshotId", request.parentSnapshotId());
    putIfPresent(answer, "KmsKeyArn", snapshot.kmsKeyArn().orElse(null));
    ArrayNode tags = answer.putArray("Tags");
    request.tags().forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
    return json.response(201, answer);
  }

  private static void putIfPresent(ObjectNode answer, String name, @Nullable String value) {
    if (value != null) {
      answer.put(name, value);
    }
  }
}
