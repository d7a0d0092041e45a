package dev.drover.infra;

import java.util.Map;

/**
 * What a deployment chooses for its replication jobs.
 *
 * @param maxFrequencyHours context {@code drover:maxFrequencyHours}, default 24, 1 to 2,160: how
 *     far apart the runs of a job may be
 * @param onDemandRuns context {@code drover:onDemandRuns}, default 2, 1 to 1,000: how many runs
 *     someone may ask of a job in 24 hours
 * @param failuresBeforePause context {@code drover:failuresBeforePause}, default 3, 1 to 1,000: how
 *     many failures in a row pause a job, or end a one-time one
 * @param recentAmisToKeep context {@code drover:recentAmisToKeep}, default 0, up to 270: how many
 *     AMIs a new job keeps that says nothing of it; 0 is all
 */
record JobSettings(
    int maxFrequencyHours, int onDemandRuns, int failuresBeforePause, int recentAmisToKeep) {
  /** For functions that make jobs. */
  Map<String, String> ofCreation() {
    return Map.of("DROVER_RECENT_AMIS_TO_KEEP", Integer.toString(recentAmisToKeep));
  }

  /** For the function that answers the API, besides. */
  Map<String, String> ofRequests() {
    return Map.of(
        "DROVER_MAX_FREQUENCY_HOURS", Integer.toString(maxFrequencyHours),
        "DROVER_ON_DEMAND_RUNS", Integer.toString(onDemandRuns));
  }

  /** For the functions that fail runs. */
  Map<String, String> ofFailures() {
    return Map.of("DROVER_FAILURES_BEFORE_PAUSE", Integer.toString(failuresBeforePause));
  }
}
