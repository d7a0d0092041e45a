package dev.drover.functions.run;

import java.time.Duration;

/**
 * The numbers that {@code replicate-run.asl.json} and the functions share. The state machine cannot
 * read them from here, so a test holds each against its place there.
 */
public final class ReplicateRunLimits {
  /** How long an execution may last; it hands over to the next one before. */
  public static final Duration EXECUTION_LIFE = Duration.ofDays(30);

  /** An execution that is older hands over instead of preparing another attempt. */
  public static final Duration EXECUTION_HANDS_OVER_AFTER = Duration.ofDays(21);

  /** An execution that prepared so many attempts hands over instead of preparing another one. */
  public static final int MAX_ATTEMPTS_OF_EXECUTION = 100;

  /**
   * How long a failed run keeps what is durable, so that its job goes on with it.
   *
   * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
   *     Guide</a>
   */
  public static final Duration RESUMABLE = Duration.ofDays(4);

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

  /** How often PublishImage looks at VM Import's work beside. */
  public static final int MAX_IMPORT_LOOKS = 150;

  private ReplicateRunLimits() {}
}
