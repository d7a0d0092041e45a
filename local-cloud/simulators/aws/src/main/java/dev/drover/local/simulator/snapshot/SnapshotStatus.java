package dev.drover.local.simulator.snapshot;

import java.util.Locale;

/** A snapshot's state as AWS names it. */
public enum SnapshotStatus {
  PENDING,
  COMPLETED,
  ERROR;

  /** The word that both APIs use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
