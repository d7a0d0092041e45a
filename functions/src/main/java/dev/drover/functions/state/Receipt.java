package dev.drover.functions.state;

import dev.drover.protocol.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What became of one extent in one epoch of a disk.
 *
 * <p>Item {@code RECEIPT#<run>#<disk>#<epoch>#<group> / <extent>}, some 300 bytes. What its segment
 * wrote stands in an item of its own, see {@link SegmentBlocks}: a look at a disk reads receipts
 * and not digests.
 *
 * @param unreadable how often its segment could not be read
 * @param lastError why, the last time; null when it never happened or is settled
 */
public record Receipt(int extent, Outcome outcome, int unreadable, @Nullable String lastError) {
  /** What is known of the extent. */
  public sealed interface Outcome {}

  /** Somebody has begun to put it; after {@code leaseEndMillis} nobody has. */
  public record Leased(long leaseEndMillis) implements Outcome {}

  /**
   * It is in EBS.
   *
   * @param segmentDigest which segment it was; the table has its blocks
   */
  public record Applied(Digest segmentDigest) implements Outcome {}

  /**
   * Its segment could not be read and is to be sent again.
   *
   * @param object the version of the object that could not be read; null when it was gone. Another
   *     version under the same key is one that was sent since
   */
  public record Missing(@Nullable String object) implements Outcome {}
}
