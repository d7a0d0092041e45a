package dev.drover.local.simulator.snapshot;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a snapshot beside its blocks, {@code snapshot.json} in its folder.
 *
 * @param request what it was started with
 * @param kmsKeyArn the key in effect; null when the snapshot is not encrypted
 * @param startedAtMillis since the epoch
 * @param stage where it is in its life
 * @param effectiveAtMillis when {@code stage} takes effect; for SEALED the time of completion,
 *     which can lie ahead
 * @param statusMessage why it failed
 * @param tags as they are now
 */
public record SnapshotRecord(
    String id,
    SnapshotRequest request,
    @Nullable String kmsKeyArn,
    long startedAtMillis,
    Stage stage,
    long effectiveAtMillis,
    @Nullable String statusMessage,
    Map<String, String> tags) {
  public SnapshotRecord {
    tags = new TreeMap<>(tags);
  }

  /**
   * What was last done to a snapshot; its {@link SnapshotStatus} follows from this and the time.
   */
  public enum Stage {
    OPEN,
    SEALED,
    FAILED,
    DELETED
  }

  SnapshotRecord at(Stage newStage, long atMillis, @Nullable String message) {
    return new SnapshotRecord(
        id, request, kmsKeyArn, startedAtMillis, newStage, atMillis, message, tags);
  }

  SnapshotRecord withTags(Map<String, String> newTags) {
    return new SnapshotRecord(
        id, request, kmsKeyArn, startedAtMillis, stage, effectiveAtMillis, statusMessage, newTags);
  }
}
