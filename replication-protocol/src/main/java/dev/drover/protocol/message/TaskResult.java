package dev.drover.protocol.message;

import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import java.util.List;

/**
 * What a connector answers when a replicate task is done: the disks and the keys of their
 * manifests.
 */
public record TaskResult(int version, Generation generation, List<ManifestKey> manifests) {
  /** Refuses a result with a part missing. */
  public TaskResult {
    MessageJson.requireVersion(version, "a task result");
    InvalidMessageException.requirePresent(generation, "generation");
    manifests = List.copyOf(InvalidMessageException.requirePresent(manifests, "manifests"));
    InvalidMessageException.require(!manifests.isEmpty(), "manifests is empty");
  }

  /** A disk and the key of its manifest. */
  public record ManifestKey(DiskId disk, String key) {
    /** Refuses a key with a part missing. */
    public ManifestKey {
      InvalidMessageException.requirePresent(disk, "disk");
      InvalidMessageException.requirePresent(key, "key");
    }
  }
}
