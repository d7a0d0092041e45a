package dev.drover.functions.state;

import dev.drover.protocol.Digest;
import dev.drover.protocol.Generation;
import org.jspecify.annotations.Nullable;

/**
 * What became of one extent in one epoch of a disk.
 *
 * <p>Item {@code RECEIPT#<run>#<disk>#<epoch>#<group> / <extent>}, some 300 bytes. What its segment
 * wrote stands in an item of its own, see {@link SegmentBlocks}: a look at a disk reads receipts
 * and not digests.
 *
 * @param generation that its lease was taken for last
 * @param earlier the segment of an earlier generation over which that lease was taken; null: none
 * @param unsure whether an earlier generation had begun to put blocks of which nobody knows how far
 *     it came, since the extent was applied last
 * @param unreadable how often its segment could not be read
 * @param lastError why, the last time; null when it never happened or is settled
 */
public record Receipt(
    int extent,
    Generation generation,
    Outcome outcome,
    @Nullable Digest earlier,
    boolean unsure,
    int unreadable,
    @Nullable String lastError) {
  /** The segment that was applied last; null: none, or nobody knows what was put after it. */
  public @Nullable Digest lastSegment() {
    return outcome instanceof Applied applied ? applied.segmentDigest() : earlier;
  }

  /** What is known of the extent. */
  public sealed interface Outcome {}

  /** Somebody has begun to put it; after {@code leaseEndMillis} nobody has. */
  public record Leased(long leaseEndMillis) implements Outcome {}

  /**
   * It is in EBS.
   *
   * @param segmentDigest which segment it was; the table has its blocks
   * @param refusedObject the version of an object of a later generation that does not go on from
   *     that segment; null: there was none
   */
  public record Applied(Digest segmentDigest, @Nullable String refusedObject) implements Outcome {}

  /**
   * Its segment could not be read and is to be sent again.
   *
   * @param object the version of the object that could not be read; null when it was gone. Another
   *     version under the same key is one that was sent since
   */
  public record Missing(@Nullable String object) implements Outcome {}
}
