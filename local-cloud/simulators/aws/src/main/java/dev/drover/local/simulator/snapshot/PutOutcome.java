package dev.drover.local.simulator.snapshot;

/** What became of a put. */
public enum PutOutcome {
  STORED,
  /** The snapshot takes no more blocks. */
  NOT_OPEN,
  /** Another put of the same block was under way. */
  CONFLICT
}
