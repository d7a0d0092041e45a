package dev.drover.local.simulator.snapshot;

/** What became of a request to complete a snapshot. */
public sealed interface SealOutcome {
  /** It completes by itself from here. */
  record Sealed() implements SealOutcome {}

  /** It was not waiting for blocks. */
  record NotOpen(SnapshotStatus status) implements SealOutcome {}

  /** The snapshot has failed for good. */
  record Mismatch(String message) implements SealOutcome {}
}
