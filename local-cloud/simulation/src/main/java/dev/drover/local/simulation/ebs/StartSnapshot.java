package dev.drover.local.simulation.ebs;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.SSEType;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Status;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/**
 * StartSnapshot. Its client token makes it idempotent: an equal request finds the snapshot that the
 * first one started, even a deleted one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html">StartSnapshot</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/ebs/latest/userguide/ebsapis-using-encryption.html">Encryption
 *     outcomes</a>
 */
final class StartSnapshot {
  private static final long MAX_VOLUME_GIB = 65_536;
  private static final int MIN_TIMEOUT_MINUTES = 10;
  private static final int MAX_TIMEOUT_MINUTES = 4_320;
  private static final int DEFAULT_TIMEOUT_MINUTES = 60;
  private static final int MAX_TEXT_CHARS = 255;

  private final SnapshotStore snapshots;
  private final EbsSettings.Quotas quotas;
  private final AccountUse use;
  private final KmsService kms;
  private final Map<String, Started> byToken = new HashMap<>();
  private boolean encryptionByDefault;
  private IntSupplier pendingOfOthers = () -> 0;

  /** What a token stands for, for ever; the request itself would be too much to keep. */
  private record Started(
      Digest asked, String snapshotId, @Nullable String kmsKeyArn, Instant startTime) {}

  StartSnapshot(
      SnapshotStore snapshots, EbsSettings.Quotas quotas, AccountUse use, KmsService kms) {
    this.snapshots = snapshots;
    this.quotas = quotas;
    this.use = use;
    this.kms = kms;
  }

  boolean encryptionByDefault() {
    return encryptionByDefault;
  }

  /** From now on others have so many of the snapshots that may be pending. */
  void shareWith(IntSupplier others) {
    pendingOfOthers = others;
  }

  void encryptByDefault(boolean encrypted) {
    encryptionByDefault = encrypted;
  }

  StartSnapshotResponse answer(StartSnapshotRequest request) {
    int volumeGib = volumeGib(request);
    Duration timeout = timeout(request);
    requireText("Description", request.description());
    requireText("ClientToken", request.clientToken());
    Map<String, String> tags = tags(request);
    String token = request.clientToken();
    Digest asked = asked(request, tags);
    Started earlier = token == null ? null : byToken.get(token);
    if (earlier != null) {
      if (!earlier.asked.equals(asked)) {
        throw EbsRefusal.tokenUsed(String.valueOf(token));
      }
      return answer(request, earlier);
    }
    EbsSnapshot parent = parent(request, volumeGib);
    String kmsKeyArn = parent == null ? keyWithoutParent(request) : keyOfParent(request, parent);
    requireRoom();
    EbsSnapshot snapshot =
        snapshots.start(
            volumeGib,
            timeout,
            parent,
            kmsKeyArn,
            Optional.ofNullable(request.description()).orElse(""),
            tags);
    Started started = new Started(asked, snapshot.id, kmsKeyArn, snapshot.startTime);
    if (token != null) {
      byToken.put(token, started);
    }
    return answer(request, started);
  }

  private static int volumeGib(StartSnapshotRequest request) {
    Long gib = request.volumeSize();
    if (gib == null || gib < 1 || gib > MAX_VOLUME_GIB) {
      throw EbsRefusal.validation(
          ValidationExceptionReason.INVALID_VOLUME_SIZE,
          "VolumeSize must be from 1 to " + MAX_VOLUME_GIB + " GiB, not " + gib);
    }
    return gib.intValue();
  }

  private static Duration timeout(StartSnapshotRequest request) {
    int minutes = Objects.requireNonNullElse(request.timeout(), DEFAULT_TIMEOUT_MINUTES);
    if (minutes < MIN_TIMEOUT_MINUTES || minutes > MAX_TIMEOUT_MINUTES) {
      throw EbsRefusal.invalid("Timeout must be from 10 to 4320 minutes, not " + minutes);
    }
    return Duration.ofMinutes(minutes);
  }

  private static void requireText(String name, @Nullable String text) {
    if (text != null
        && (text.length() > MAX_TEXT_CHARS || text.chars().anyMatch(Character::isISOControl))) {
      throw EbsRefusal.invalid(name + " must have at most 255 printable characters");
    }
  }

  private static Map<String, String> tags(StartSnapshotRequest request) {
    Map<String, String> tags = new TreeMap<>();
    for (Tag tag : request.tags()) {
      String key = Optional.ofNullable(tag.key()).orElse("");
      String value = Optional.ofNullable(tag.value()).orElse("");
      if (tags.put(key, value) != null || !Tags.isValidForEbs(key, value)) {
        throw invalidTag("Not a valid tag: " + key);
      }
    }
    if (tags.size() > Tags.MAX) {
      throw invalidTag("More than " + Tags.MAX + " tags: " + tags.size());
    }
    return tags;
  }

  private static EbsException invalidTag(String words) {
    return EbsRefusal.validation(ValidationExceptionReason.INVALID_TAG, words);
  }

  /** The parameters one by one: the SDK leaves the key out of a request's text. */
  private static Digest asked(StartSnapshotRequest request, Map<String, String> tags) {
    return Digest.ofText(
        String.join(
            "\n",
            String.valueOf(request.volumeSize()),
            String.valueOf(request.parentSnapshotId()),
            String.valueOf(request.description()),
            String.valueOf(request.encrypted()),
            String.valueOf(request.kmsKeyArn()),
            String.valueOf(request.timeout()),
            String.valueOf(tags)));
  }

  private @Nullable EbsSnapshot parent(StartSnapshotRequest request, int volumeGib) {
    String id = request.parentSnapshotId();
    if (id == null) {
      return null;
    }
    EbsSnapshot parent = snapshots.find(id).orElseThrow(() -> EbsRefusal.notFound(id));
    if (parent.stage != EbsSnapshot.Stage.COMPLETED) {
      throw EbsRefusal.validation(
          ValidationExceptionReason.INVALID_SNAPSHOT_ID,
          "The parent " + id + " is not completed but " + parent.status());
    }
    if (parent.volumeGib > volumeGib) {
      throw EbsRefusal.validation(
          ValidationExceptionReason.INVALID_VOLUME_SIZE,
          "The parent has " + parent.volumeGib + " GiB, more than " + volumeGib);
    }
    return parent;
  }

  private @Nullable String keyOfParent(StartSnapshotRequest request, EbsSnapshot parent) {
    if (request.encrypted() != null || request.kmsKeyArn() != null) {
      throw EbsRefusal.invalid("With ParentSnapshotId, Encrypted and KmsKeyArn must be omitted");
    }
    if (encryptionByDefault && !parent.encrypted()) {
      throw EbsRefusal.invalid("Encryption by default is enabled, but the parent is not encrypted");
    }
    return parent.kmsKeyArn;
  }

  private @Nullable String keyWithoutParent(StartSnapshotRequest request) {
    boolean asked = Boolean.TRUE.equals(request.encrypted());
    String key = request.kmsKeyArn();
    if (key != null && !asked) {
      throw EbsRefusal.invalid("KmsKeyArn needs Encrypted to be true");
    }
    // Inferred from "you can't create unencrypted snapshots": AWS could also ignore the false.
    if (encryptionByDefault && Boolean.FALSE.equals(request.encrypted())) {
      throw EbsRefusal.invalid("Encryption by default is enabled: Encrypted cannot be false");
    }
    if (!asked && !encryptionByDefault) {
      return null;
    }
    if (key != null && !kms.hasArn(key)) {
      throw EbsRefusal.validation(
          ValidationExceptionReason.INVALID_CUSTOMER_KEY, "Not the ARN of a key: " + key);
    }
    return key == null ? kms.defaultKeyArn() : key;
  }

  private void requireRoom() {
    if (use.pending() + pendingOfOthers.getAsInt() >= quotas.pendingSnapshots()) {
      String words =
          "The account has its limit of " + quotas.pendingSnapshots() + " pending snapshots.";
      if (use.pending() >= quotas.pendingSnapshots()) {
        use.refused("StartSnapshot", words);
      }
      throw EbsRefusal.tooManyPending(words);
    }
    if (snapshots.count() >= quotas.snapshots()) {
      String words = "The account has its limit of " + quotas.snapshots() + " snapshots.";
      use.refused("StartSnapshot", words);
      throw EbsRefusal.tooManySnapshots(words);
    }
  }

  private static StartSnapshotResponse answer(StartSnapshotRequest request, Started started) {
    return StartSnapshotResponse.builder()
        .snapshotId(started.snapshotId)
        .ownerId(KmsService.ACCOUNT)
        .status(Status.PENDING)
        .startTime(started.startTime)
        .volumeSize(request.volumeSize())
        .blockSize(DiskGeometry.BLOCK_BYTES)
        .description(request.description())
        .parentSnapshotId(request.parentSnapshotId())
        .tags(request.tags())
        .kmsKeyArn(started.kmsKeyArn)
        .sseType(started.kmsKeyArn == null ? SSEType.NONE : SSEType.SSE_KMS)
        .build();
  }
}
