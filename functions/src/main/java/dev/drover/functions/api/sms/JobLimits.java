package dev.drover.functions.api.sms;

import org.jspecify.annotations.Nullable;

/**
 * What a deployment chose for jobs.
 *
 * @param maxFrequencyHours how far apart the runs of a job may be
 * @param defaultRecentAmis how many AMIs a job keeps that says nothing of it; 0: all
 */
public record JobLimits(int maxFrequencyHours, int defaultRecentAmis) {
  /** The same as a job has it, where nothing is all. */
  @Nullable Integer recentAmisToKeep() {
    return defaultRecentAmis == 0 ? null : defaultRecentAmis;
  }
}
