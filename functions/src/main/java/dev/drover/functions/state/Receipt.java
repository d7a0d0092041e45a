package dev.drover.functions.state;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.InvalidMessageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one extent in one epoch of a disk.
 *
 * <p>Item {@code RECEIPT#<run>#<disk>#<epoch> / <extent>}. The block digests make it at most 4 KiB.
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
   * @param segmentDigest which segment it was
   * @param written which blocks it carried
   * @param digests SHA-256 of each of them, ascending by block
   */
  public record Applied(Digest segmentDigest, BlockBitmap written, List<Digest> digests)
      implements Outcome {
    /** Refuses digests that are not one a block. */
    public Applied {
      digests = List.copyOf(digests);
      if (digests.size() != written.count()) {
        throw new InvalidMessageException(
            "a receipt has " + digests.size() + " digests for " + written.count() + " blocks");
      }
    }
  }

  /**
   * Its segment could not be read and is to be sent again.
   *
   * @param object the version of the object that could not be read; null when it was gone. Another
   *     version under the same key is one that was sent since
   */
  public record Missing(@Nullable String object) implements Outcome {}
}
