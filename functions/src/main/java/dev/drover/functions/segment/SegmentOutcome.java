package dev.drover.functions.segment;

/** What became of the news that a segment was staged. */
sealed interface SegmentOutcome {
  /** Its blocks are in EBS and the receipt says so. */
  record Applied(int blocks) implements SegmentOutcome {}

  /** There is nothing to do (any more). */
  record Settled(String reason) implements SegmentOutcome {}

  /** Cannot be told yet; to be looked at again. */
  record Postponed(String reason) implements SegmentOutcome {}

  /** The segment could not be read; the receipt asks for it again. */
  record Unreadable(String error) implements SegmentOutcome {}
}
