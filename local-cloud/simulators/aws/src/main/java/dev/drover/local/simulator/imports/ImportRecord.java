package dev.drover.local.simulator.imports;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A task as it was asked for and what became of it, one JSON file. Where it is between its start
 * and its end follows from the time.
 *
 * @param digest SHA-256 of the request, so that a token that comes again comes with an equal one
 * @param disks the boot disk first
 * @param platform {@code Linux} or {@code Windows}; null when none was asked for
 * @param usageOperation of the image; null: {@code RunInstances}
 * @param kmsKeyArn null: the image is not encrypted
 * @param startedAtMillis since the epoch
 * @param stageMillis how long each stage lasts
 * @param failure why it is to fail; null: it does not
 * @param endedAtMillis when it failed, was cancelled or made its image; null: it is at work
 * @param cancelled why it was given up; null: it was not
 * @param imageId null until there is one
 */
public record ImportRecord(
    String id,
    @Nullable String clientToken,
    String digest,
    @Nullable String description,
    String architecture,
    @Nullable String bootMode,
    @Nullable String platform,
    @Nullable String licenseType,
    @Nullable String usageOperation,
    @Nullable String kmsKeyArn,
    List<Disk> disks,
    Map<String, String> tags,
    long startedAtMillis,
    long stageMillis,
    @Nullable String failure,
    @Nullable Long endedAtMillis,
    @Nullable String cancelled,
    @Nullable String imageId) {
  public ImportRecord {
    disks = List.copyOf(disks);
    tags = new TreeMap<>(tags);
  }

  /** A disk of the image that is to be made. */
  public record Disk(String deviceName, String snapshotId, @Nullable String description) {}

  /** What a task does, in that order; AWS's own words, as its users show them. */
  public enum Stage {
    PENDING(1, "pending", 0),
    VALIDATING(2, "validating", 10),
    UPDATING(3, "updating", 19),
    CONVERTING(4, "converting", 28),
    PREPARING_TO_BOOT(5, "preparing to boot", 47),
    BOOTING(6, "booting", 59),
    PREPARING_AMI(7, "preparing ami", 76);

    private final int number;
    private final String word;
    private final int percent;

    Stage(int number, String word, int percent) {
      this.number = number;
      this.word = word;
      this.percent = percent;
    }

    /** As StatusMessage has it. */
    public String word() {
      return word;
    }

    /** As Progress has it. */
    public int percent() {
      return percent;
    }
  }

  /** Whether nothing more becomes of it. */
  @JsonIgnore
  public boolean isEnded() {
    return endedAtMillis != null;
  }

  /** Whether it is past a stage by then, as far as nobody ended it. */
  boolean isPast(Stage stage, long nowMillis) {
    return nowMillis >= startedAtMillis + stage.number * stageMillis;
  }

  /** Where a task at work is. */
  public Stage stageAt(long nowMillis) {
    for (Stage stage : Stage.values()) {
      if (!isPast(stage, nowMillis)) {
        return stage;
      }
    }
    return Stage.PREPARING_AMI;
  }

  /** The same, given up. */
  public ImportRecord cancelledAt(long nowMillis, String reason) {
    return ended(nowMillis, failure, reason, null);
  }

  ImportRecord failedAt(long nowMillis, String why) {
    return ended(nowMillis, why, null, null);
  }

  ImportRecord completedAt(long nowMillis, String image) {
    return ended(nowMillis, null, null, image);
  }

  private ImportRecord ended(
      long nowMillis,
      @Nullable String why,
      @Nullable String newCancelled,
      @Nullable String newImageId) {
    return new ImportRecord(
        id,
        clientToken,
        digest,
        description,
        architecture,
        bootMode,
        platform,
        licenseType,
        usageOperation,
        kmsKeyArn,
        disks,
        tags,
        startedAtMillis,
        stageMillis,
        why,
        nowMillis,
        newCancelled,
        newImageId);
  }
}
