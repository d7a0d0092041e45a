package dev.drover.functions.run;

import java.time.Duration;

/**
 * The numbers that {@code replicate-run.asl.json} and the functions share. The state machine cannot
 * read them from here, so a test holds each against its place there.
 */
public final class ReplicateRunLimits {
  /** How long an execution may last: four attempts of the full {@link #TASK_LIFE}. */
  public static final Duration EXECUTION_LIFE = Duration.ofDays(30);

  /** Hand-overs of a run; with the heartbeat of 300 s they are some 50 minutes of patience. */
  public static final int MAX_ATTEMPTS = 10;

  /** How long a connector may work at one attempt. */
  public static final Duration TASK_LIFE = Duration.ofDays(7);

  /** A connector that says nothing for so long has fallen silent. */
  public static final Duration MAX_SILENCE = Duration.ofMinutes(5);

  /** How often a run asks for what is missing. */
  public static final int MAX_PASSES = 3;

  /** How often a pass waits for its segments to the end of the wait; then it looks once more. */
  public static final int MAX_WAITS = 240;

  /** How often segments end a wait of a pass early; more often than that it only sleeps. */
  public static final int MAX_WAKES = 20;

  /** How often CheckSnapshot looks at a disk's snapshot. */
  public static final int MAX_SNAPSHOT_CHECKS = 60;

  /** How often PublishImage looks at the image. */
  public static final int MAX_IMAGE_LOOKS = 60;

  private ReplicateRunLimits() {}
}
