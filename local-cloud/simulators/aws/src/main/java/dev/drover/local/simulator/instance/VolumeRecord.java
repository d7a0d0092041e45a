package dev.drover.local.simulator.instance;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A volume that an instance has, or left when it was terminated; one JSON file. It has no blocks of
 * its own: nothing here writes to it, so that it holds what its snapshot holds.
 *
 * @param snapshotId null for an empty volume
 * @param kmsKeyArn null when it is not encrypted
 * @param createdAtMillis since the epoch
 */
public record VolumeRecord(
    String id,
    String instanceId,
    String deviceName,
    boolean deleteOnTermination,
    @Nullable String snapshotId,
    int sizeGib,
    String type,
    @Nullable Integer iops,
    @Nullable Integer throughput,
    @Nullable String kmsKeyArn,
    String availabilityZone,
    Map<String, String> tags,
    long createdAtMillis) {
  public VolumeRecord {
    tags = new TreeMap<>(tags);
  }

  public VolumeRecord withTags(Map<String, String> newTags) {
    return new VolumeRecord(
        id,
        instanceId,
        deviceName,
        deleteOnTermination,
        snapshotId,
        sizeGib,
        type,
        iops,
        throughput,
        kmsKeyArn,
        availabilityZone,
        newTags,
        createdAtMillis);
  }
}
