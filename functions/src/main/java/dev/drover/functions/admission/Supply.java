package dev.drover.functions.admission;

import dev.drover.protocol.EnvironmentName;
import java.util.Map;

/**
 * What there is to share.
 *
 * @param pendingSnapshots EBS's quota of them, a setting; 100 in a new account
 * @param slots replication tasks that the healthy connectors of an environment work at, at once; an
 *     environment without a healthy connector is not in it
 */
record Supply(int pendingSnapshots, Map<EnvironmentName, Integer> slots) {
  /** A run that waits at a connector for the next free slot keeps it from standing idle. */
  private static final int RUNS_A_SLOT = 2;

  /** One part of so many is not for first copies, which hold what they have for days. */
  private static final int KEPT_FOR_INCREMENTS = 4;

  Supply {
    slots = Map.copyOf(slots);
  }

  /** How many runs of an environment may be with its connectors. */
  int uploads(EnvironmentName environment) {
    return RUNS_A_SLOT * slots.getOrDefault(environment, 0);
  }

  /** How many pending snapshots all first copies may have together. */
  int forFirstCopies() {
    return pendingSnapshots - pendingSnapshots / KEPT_FOR_INCREMENTS;
  }
}
