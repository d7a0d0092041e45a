package dev.drover.functions.segment;

/** What became of the news that a segment was staged. */
sealed interface SegmentOutcome {
  /** Its blocks are in EBS and the receipt says so. */
  record Applied(int blocks) implements SegmentOutcome {}

  /** There is nothing to do (any more). */
  record Settled(String reason) implements SegmentOutcome {}

  /** Cannot be told yet; to be looked at again. */
  record Postponed(String reason) implements SegmentOutcome {}

  /** The segment is gone, or goes on from what is not there; the receipt asks for it again. */
  record Unreadable(String error) implements SegmentOutcome {}

  /** The segment is not what its connector sent; nothing was put, and it is asked for again. */
  record Corrupt(String error) implements SegmentOutcome {}
}
