package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A disk of a server. It stays the same as long as the backing does: key, label and order of disks
 * change when someone edits a VM and are no part of it.
 *
 * @param value for example {@code d-0123456789abcdef0}
 */
public record DiskId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("d-[0-9a-f]{17}");

  /** Refuses a text that has not the shape of a disk id. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public DiskId {
    InvalidMessageException.requireShape("a disk id", SHAPE, value);
  }

  /**
   * The id of a disk.
   *
   * @param vmId the hypervisor's own name of the VM; for images the sub-folder's name
   * @param backingUuid the backing's uuid; for images the file name
   */
  public static DiskId of(String vmId, String backingUuid) {
    return new DiskId("d-" + Digest.shortHexOf(vmId + "\0" + backingUuid));
  }

  @Override
  public String toString() {
    return value;
  }
}
