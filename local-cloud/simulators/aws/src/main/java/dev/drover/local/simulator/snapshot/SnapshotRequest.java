package dev.drover.local.simulator.snapshot;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What StartSnapshot was asked for, kept as it came: a ClientToken that comes again must come with
 * an equal one.
 *
 * @param volumeSizeGib 1 to 65,536
 * @param encrypted null when the caller left it out
 * @param timeoutMinutes after which a snapshot that is not written to is cancelled
 */
public record SnapshotRequest(
    int volumeSizeGib,
    @Nullable String parentSnapshotId,
    @Nullable String description,
    Map<String, String> tags,
    @Nullable String clientToken,
    @Nullable Boolean encrypted,
    @Nullable String kmsKeyArn,
    int timeoutMinutes) {
  public SnapshotRequest {
    tags = new TreeMap<>(tags);
  }
}
