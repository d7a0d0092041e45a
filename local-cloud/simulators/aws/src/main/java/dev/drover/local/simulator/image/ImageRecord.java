package dev.drover.local.simulator.image;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An AMI as it was registered, one JSON file.
 *
 * @param architecture as asked for, or AWS's default
 * @param virtualizationType as asked for, or AWS's default
 * @param usageOperation what AWS charges for; null: {@code RunInstances}, no licence of AWS's
 * @param bootMode null when none was asked for
 * @param launchPermissions with whom it is shared: account ids, or {@link #ALL}; null: nobody
 * @param createdAtMillis since the epoch
 * @param availableAtMillis since the epoch; pending until then
 */
public record ImageRecord(
    String id,
    String name,
    @Nullable String description,
    @Nullable String usageOperation,
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
    @Nullable Set<String> launchPermissions,
    long createdAtMillis,
    long availableAtMillis) {
  /** Everybody. */
  public static final String ALL = "all";

  public ImageRecord {
    mappings = List.copyOf(mappings);
    tags = new TreeMap<>(tags);
    launchPermissions = launchPermissions == null ? Set.of() : new TreeSet<>(launchPermissions);
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

  /** With whom it is shared. */
  public Set<String> sharedWith() {
    return Objects.requireNonNull(launchPermissions);
  }

  ImageRecord withTags(Map<String, String> newTags) {
    return with(newTags, sharedWith());
  }

  ImageRecord withLaunchPermissions(Set<String> newPermissions) {
    return with(tags, newPermissions);
  }

  private ImageRecord with(Map<String, String> newTags, Set<String> newPermissions) {
    return new ImageRecord(
        id,
        name,
        description,
        usageOperation,
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
        newPermissions,
        createdAtMillis,
        availableAtMillis);
  }
}
