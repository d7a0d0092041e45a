package dev.drover.functions.account;

import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The account's own EBS snapshots as EC2 sees them. */
public interface Snapshots {
  /** Tag that names the job of whatever Drover made. */
  String TAG_JOB = "drover:job";

  /** Tag that names the run. */
  String TAG_RUN = "drover:run";

  /** Tag with the number of the attempt in which a snapshot was started. */
  String TAG_ATTEMPT = "drover:attempt";

  /** Tag that names the server. */
  String TAG_SERVER = "drover:server";

  /** Tag that names the disk of a snapshot by its id. */
  String TAG_DISK = "drover:disk";

  /** Tag with the disk's own name, for example its file's. */
  String TAG_DISK_NAME = "drover:disk-name";

  /** Tag of an image: each device and the name of the disk that is behind it. */
  String TAG_DISKS = "drover:disks";

  /** Tag with a description that is not the image's own, because EC2 would refuse it there. */
  String TAG_DESCRIPTION = "drover:description";

  /**
   * Tag of a snapshot, and of an image of it, whose zero blocks were never written: {@link
   * #ZERO_BLOCKS_OMITTED}. An encrypted copy or volume of it reads as anything there.
   */
  String TAG_ZERO_BLOCKS = "drover:zeroBlocks";

  /** The one value of {@link #TAG_ZERO_BLOCKS}. */
  String ZERO_BLOCKS_OMITTED = "omit";

  /** The tag that EC2's console shows. */
  String TAG_NAME = "Name";

  /**
   * EBS may not know a new snapshot for so long, though EC2 may show it (seen by coldsnap's
   * authors, their issue 43).
   */
  Duration APPEARS_WITHIN = Duration.ofMinutes(2);

  /** What EC2 says of a snapshot. */
  enum Status {
    /** Not completed yet. */
    PENDING,
    /** All of it is there. */
    COMPLETED,
    /** It never will be. */
    FAILED
  }

  /**
   * A snapshot.
   *
   * @param startTime when it was started
   * @param volumeGib size of the volume that it is of, the most that it can hold
   * @param statusMessage EC2's own words; empty when it says none
   * @param keyArn the key that it is encrypted with; null: it is not encrypted
   */
  record Description(
      SnapshotId id,
      Status status,
      Instant startTime,
      int volumeGib,
      String statusMessage,
      @Nullable String keyArn,
      Map<String, String> tags) {
    /** Copies the tags. */
    public Description {
      tags = Map.copyOf(tags);
    }
  }

  /** What became of a deletion. */
  enum Deletion {
    /** It is gone, or was before. */
    GONE,
    /** An image uses it. */
    IN_USE
  }

  /** Those of the snapshots that exist. */
  List<Description> find(Collection<SnapshotId> ids);

  /** One snapshot, if it exists. */
  default Optional<Description> find(SnapshotId id) {
    return find(List.of(id)).stream().findFirst();
  }

  /** Every snapshot that is tagged with the run. */
  List<SnapshotId> ofRun(RunId runId);

  /**
   * Some of the snapshots that carry the tag of a run, be it another stack's, in no order.
   *
   * @param next of the part before; null: the first
   * @throws RefusedException when EC2 does not know that part any more
   */
  Listing<Description> tagged(@Nullable String next);

  /** Deletes a snapshot. */
  Deletion delete(SnapshotId id);

  /** Tags snapshots; the same tags again change nothing. */
  void tag(Collection<SnapshotId> ids, Map<String, String> tags);
}
