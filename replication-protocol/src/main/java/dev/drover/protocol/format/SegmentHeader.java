package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SegmentCoordinates;
import org.jspecify.annotations.Nullable;

/**
 * What a segment says of itself before its table.
 *
 * @param baseDigestList digest of the base's digest list; {@link Digest#NEVER_WRITTEN} without a
 *     base
 * @param sizeBytes size of the whole disk
 * @param zerosLeftOut whether zero blocks of a first snapshot were left out (an opt-in of the job)
 * @param follows digest of the segment of an earlier generation that the snapshot has of this
 *     extent, and that this one goes on from; null: none
 */
public record SegmentHeader(
    SegmentCoordinates coordinates,
    Digest baseDigestList,
    long sizeBytes,
    boolean zerosLeftOut,
    @Nullable Digest follows) {

  /** Refuses an extent outside the disk, and a base that is there only by half. */
  public SegmentHeader {
    boolean hasBase = coordinates.delta().base() != null;
    InvalidMessageException.require(
        hasBase != baseDigestList.equals(Digest.NEVER_WRITTEN),
        "base "
            + ObjectKeys.baseText(coordinates.delta().base())
            + " does not go with digest list "
            + baseDigestList);
    InvalidMessageException.require(
        !zerosLeftOut || !hasBase, "zeros are left out of first copies only");
    InvalidMessageException.require(
        coordinates.extent() < new DiskGeometry(sizeBytes).extentCount(),
        "extent " + coordinates.extent() + " lies behind a disk of " + sizeBytes + " bytes");
  }

  /** Of a segment that goes on from no other one. */
  public SegmentHeader(
      SegmentCoordinates coordinates, Digest baseDigestList, long sizeBytes, boolean zerosLeftOut) {
    this(coordinates, baseDigestList, sizeBytes, zerosLeftOut, null);
  }

  public DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }
}
