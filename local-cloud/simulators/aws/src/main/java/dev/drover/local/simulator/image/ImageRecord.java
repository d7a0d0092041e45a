package dev.drover.local.simulator.image;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An AMI as it was registered, one JSON file.
 *
 * @param architecture as asked for, or AWS's default
 * @param virtualizationType as asked for, or AWS's default
 * @param bootMode null when none was asked for
 * @param createdAtMillis since the epoch
 * @param availableAtMillis since the epoch; pending until then
 */
public record ImageRecord(
    String id,
    String name,
    @Nullable String description,
    String architecture,
    String virtualizationType,
    String rootDeviceName,
    @Nullable String bootMode,
    @Nullable String imdsSupport,
    @Nullable String tpmSupport,
    @Nullable String sriovNetSupport,
    boolean enaSupport,
    List<Mapping> mappings,
    Map<String, String> tags,
    long createdAtMillis,
    long availableAtMillis) {
  public ImageRecord {
    mappings = List.copyOf(mappings);
    tags = new TreeMap<>(tags);
  }

  /**
   * A block device of an AMI.
   *
   * @param deviceName such as {@code /dev/sda1}
   * @param snapshotId null for an empty volume
   */
  public record Mapping(
      String deviceName,
      @Nullable String snapshotId,
      int volumeSizeGib,
      String volumeType,
      boolean deleteOnTermination,
      boolean encrypted,
      @Nullable Integer iops,
      @Nullable Integer throughput) {}

  public boolean uses(String snapshotId) {
    return mappings.stream().anyMatch(mapping -> snapshotId.equals(mapping.snapshotId()));
  }

  ImageRecord withTags(Map<String, String> newTags) {
    return new ImageRecord(
        id,
        name,
        description,
        architecture,
        virtualizationType,
        rootDeviceName,
        bootMode,
        imdsSupport,
        tpmSupport,
        sriovNetSupport,
        enaSupport,
        mappings,
        newTags,
        createdAtMillis,
        availableAtMillis);
  }
}
