package dev.drover.functions.snapshot;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestReader;
import java.io.IOException;
import java.util.Optional;

/**
 * A disk of a run and the manifest that the connector wrote of it.
 *
 * @param manifestKey below the reports of the environment; which connector wrote there, its policy
 *     decides
 */
record SentDisk(EnvironmentName environment, JobId jobId, RunDisk disk, String manifestKey) {

  /** Works with an open manifest. */
  interface Use<T> {
    T of(ManifestReader manifest) throws IOException;
  }

  DiskDelta delta() {
    return disk.delta(environment, jobId);
  }

  /** Opens the manifest, checks that it is this disk's, and works with it. */
  <T> T read(ObjectStore objects, Use<T> use) throws IOException {
    return readIfOpened(objects, use)
        .orElseThrow(
            () ->
                disagrees(
                    manifestKey
                        + " speaks of another generation, base or size than "
                        + disk.named()
                        + " has"));
  }

  /**
   * The same; empty when the manifest is of another opening of the disk than the table knows, by
   * generation, base or size: the report of its own may be on its way.
   */
  <T> Optional<T> readIfOpened(ObjectStore objects, Use<T> use) throws IOException {
    requireExpectedKey();
    ObjectStore.Opened object =
        objects
            .open(manifestKey)
            .orElseThrow(() -> disagrees("there is no manifest of " + disk.named()));
    try (object) {
      ManifestReader manifest = open(object);
      requireOfDisk(manifest.manifest());
      return isOfThisOpening(manifest.manifest())
          ? Optional.of(use.of(manifest))
          : Optional.empty();
    }
  }

  /** The same exception for a manifest that shows its fault only while it is read. */
  ManifestDisagreesException unreadable(RuntimeException cause) {
    return new ManifestDisagreesException(disk.runId(), String.valueOf(cause.getMessage()), cause);
  }

  private ManifestReader open(ObjectStore.Opened object) throws IOException {
    try {
      return new ManifestReader(manifestKey, object.body());
    } catch (UnknownVersionException e) {
      throw NewerVersionException.of(e);
    } catch (FormatException | InvalidMessageException e) {
      throw unreadable(e);
    }
  }

  private void requireExpectedKey() {
    boolean ofThisRun =
        manifestKey.startsWith(ObjectKeys.REPORTS + environment + "/")
            && manifestKey.contains("/runs/" + disk.runId() + "/")
            && manifestKey.endsWith("/" + disk.diskId() + ObjectKeys.MANIFEST_SUFFIX);
    if (!ofThisRun) {
      throw disagrees("'" + manifestKey + "' is not the key of a manifest of " + disk.named());
    }
  }

  private boolean isOfThisOpening(Manifest manifest) {
    return manifest.delta().equals(delta()) && manifest.sizeBytes() == disk.sizeBytes();
  }

  private void requireOfDisk(Manifest manifest) {
    DiskDelta named = manifest.delta();
    boolean same =
        named.environment().equals(environment)
            && named.jobId().equals(jobId)
            && named.runId().equals(disk.runId())
            && named.diskId().equals(disk.diskId());
    if (!same) {
      throw disagrees(manifestKey + " speaks of another run or disk than " + disk.named());
    }
  }

  private ManifestDisagreesException disagrees(String complaint) {
    return new ManifestDisagreesException(disk.runId(), complaint);
  }
}
