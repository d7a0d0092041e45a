package dev.drover.protocol.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.MessageJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a connector says of a disk when it has sent all of it. The extents follow it in the manifest
 * object, see {@link ManifestWriter}.
 *
 * @param diskDigest whole-disk digest over <i>all</i> blocks, from what was read and, where nothing
 *     was read, the index
 * @param bytesRead read from the source
 * @param bytesChanged found to differ from the base, uncompressed
 * @param bytesSent uploaded, compressed, in all attempts of the run by this connector
 */
public record Manifest(
    int version,
    DiskDelta delta,
    ReadMode readMode,
    long sizeBytes,
    Instant vmSnapshotTime,
    Digest diskDigest,
    int extentsSent,
    int blocksChanged,
    long bytesRead,
    long bytesChanged,
    long bytesSent) {

  /** Refuses a manifest with a part missing. */
  public Manifest {
    MessageJson.requireVersion(version, "a manifest");
    InvalidMessageException.requirePresent(delta, "delta");
    InvalidMessageException.requirePresent(readMode, "readMode");
    InvalidMessageException.requirePresent(vmSnapshotTime, "vmSnapshotTime");
    InvalidMessageException.requirePresent(diskDigest, "diskDigest");
    DiskGeometry geometry = new DiskGeometry(sizeBytes);
    InvalidMessageException.require(
        extentsSent >= 0 && extentsSent <= geometry.extentCount(), "extentsSent is " + extentsSent);
    InvalidMessageException.require(
        blocksChanged >= extentsSent && blocksChanged <= geometry.blockCount(),
        "blocksChanged is " + blocksChanged);
    InvalidMessageException.require(
        bytesRead >= 0 && bytesChanged >= 0 && bytesSent >= 0, "a count of bytes is negative");
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static Manifest of(Json json) {
    return new Manifest(
        json.version(),
        new DiskDelta(
            json.environment(),
            json.jobId(),
            json.runId(),
            json.diskId(),
            json.base(),
            json.generation()),
        json.readMode(),
        json.sizeBytes(),
        json.vmSnapshotTime(),
        json.diskDigest(),
        json.extentsSent(),
        json.blocksChanged(),
        json.bytesRead(),
        json.bytesChanged(),
        json.bytesSent());
  }

  @JsonValue
  private Json json() {
    return new Json(
        version,
        delta.environment(),
        delta.jobId(),
        delta.runId(),
        delta.diskId(),
        delta.generation(),
        delta.base(),
        readMode,
        sizeBytes,
        vmSnapshotTime,
        diskDigest,
        extentsSent,
        blocksChanged,
        bytesRead,
        bytesChanged,
        bytesSent);
  }

  /**
   * One extent of the disk.
   *
   * @param digest SHA-256 over the digests of all its blocks, changed or not
   * @param segment digest of the segment that carries its changed blocks; null when none changed
   */
  public record Extent(Digest digest, @Nullable Digest segment) {}

  /** The fields of version 1 in their order: the delta's stand among the others. */
  private record Json(
      int version,
      EnvironmentName environment,
      JobId jobId,
      RunId runId,
      DiskId diskId,
      Generation generation,
      @Nullable SnapshotId base,
      ReadMode readMode,
      long sizeBytes,
      Instant vmSnapshotTime,
      Digest diskDigest,
      int extentsSent,
      int blocksChanged,
      long bytesRead,
      long bytesChanged,
      long bytesSent) {

    /** Of a version that is not known, nothing else is believed to be missing. */
    private Json {
      MessageJson.requireVersion(version, "a manifest");
    }
  }
}
