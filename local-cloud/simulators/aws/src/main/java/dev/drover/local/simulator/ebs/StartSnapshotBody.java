package dev.drover.local.simulator.ebs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.drover.local.simulator.ebs.EbsRefusal.ValidationReason;
import dev.drover.local.simulator.snapshot.SnapshotRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** StartSnapshot's body as it came; anything may be missing. */
record StartSnapshotBody(
    @JsonProperty("VolumeSize") @Nullable Long volumeSize,
    @JsonProperty("ParentSnapshotId") @Nullable String parentSnapshotId,
    @JsonProperty("Tags") @Nullable List<Tag> tags,
    @JsonProperty("Description") @Nullable String description,
    @JsonProperty("ClientToken") @Nullable String clientToken,
    @JsonProperty("Encrypted") @Nullable Boolean encrypted,
    @JsonProperty("KmsKeyArn") @Nullable String kmsKeyArn,
    @JsonProperty("Timeout") @Nullable Integer timeout) {

  // https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html for all of these.
  private static final long MAX_VOLUME_GIB = 65_536;
  private static final int MIN_TIMEOUT_MINUTES = 10;
  private static final int MAX_TIMEOUT_MINUTES = 4_320;
  private static final int DEFAULT_TIMEOUT_MINUTES = 60;
  private static final int MAX_TEXT_CHARS = 255;
  private static final int MAX_TAGS = 50;
  private static final int MAX_TAG_KEY_CHARS = 127;
  private static final int MAX_TAG_VALUE_CHARS = 255;
  private static final String KEY_ARN = "arn:aws[a-z\\-]*:kms:[^:]*:[0-9]{12}:key/.+";

  record Tag(
      @JsonProperty("Key") @Nullable String key, @JsonProperty("Value") @Nullable String value) {}

  /** The request, with everything checked that can be without knowing any snapshot. */
  SnapshotRequest checked() {
    checkText("Description", description);
    checkText("ClientToken", clientToken);
    if (clientToken != null && clientToken.chars().anyMatch(Character::isWhitespace)) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_PARAMETER_VALUE, "ClientToken must have no spaces");
    }
    if (kmsKeyArn != null && !kmsKeyArn.matches(KEY_ARN)) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_CUSTOMER_KEY, "Not the ARN of a key: " + kmsKeyArn);
    }
    return new SnapshotRequest(
        checkedVolumeSize(),
        parentSnapshotId,
        description,
        checkedTags(),
        clientToken,
        encrypted,
        kmsKeyArn,
        checkedTimeout());
  }

  private int checkedVolumeSize() {
    if (volumeSize == null || volumeSize < 1 || volumeSize > MAX_VOLUME_GIB) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_VOLUME_SIZE,
          "VolumeSize must be from 1 to " + MAX_VOLUME_GIB + " GiB, not " + volumeSize);
    }
    return volumeSize.intValue();
  }

  private int checkedTimeout() {
    int minutes = timeout == null ? DEFAULT_TIMEOUT_MINUTES : timeout;
    if (minutes < MIN_TIMEOUT_MINUTES || minutes > MAX_TIMEOUT_MINUTES) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_PARAMETER_VALUE,
          "Timeout must be from 10 to 4320 minutes, not " + minutes);
    }
    return minutes;
  }

  private Map<String, String> checkedTags() {
    Map<String, String> checked = new TreeMap<>();
    for (Tag tag : tags == null ? List.<Tag>of() : tags) {
      String key = tag.key() == null ? "" : tag.key();
      String value = tag.value() == null ? "" : tag.value();
      boolean duplicate = checked.put(key, value) != null;
      if (duplicate || !isTag(key, value)) {
        throw EbsRefusal.validation(ValidationReason.INVALID_TAG, "Not a valid tag: " + key);
      }
    }
    if (checked.size() > MAX_TAGS) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_TAG, "More than " + MAX_TAGS + " tags: " + checked.size());
    }
    return checked;
  }

  private static boolean isTag(String key, String value) {
    return !key.isEmpty()
        && key.length() <= MAX_TAG_KEY_CHARS
        && value.length() <= MAX_TAG_VALUE_CHARS
        && !key.startsWith("aws:")
        && (key + value).chars().noneMatch(Character::isISOControl);
  }

  private static void checkText(String name, @Nullable String text) {
    if (text != null
        && (text.length() > MAX_TEXT_CHARS || text.chars().anyMatch(Character::isISOControl))) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_PARAMETER_VALUE,
          name + " must have at most " + MAX_TEXT_CHARS + " printable characters");
    }
  }
}
