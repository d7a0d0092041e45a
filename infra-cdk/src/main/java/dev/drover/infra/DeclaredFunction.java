package dev.drover.infra;

import software.amazon.awscdk.Duration;

/** Every function of the stack: its construct, its handler, and what one invocation may take. */
enum DeclaredFunction {
  SEGMENT("Segment", "segment.SegmentHandler", 120, Memory.ONE_CORE_MIB),
  REPORT("Report", "report.ReportHandler", 60, 512),
  SMS_API("SmsApi", "api.edge.ApiHandler", 29, 512), // API Gateway waits 29 s
  START_RUN("StartRun", "job.StartRunHandler", 900, 512), // every hour it looks after all jobs
  BEGIN_RUN("BeginRun", "run.BeginRunHandler", 60, 512),
  PREPARE("Prepare", "snapshot.PrepareHandler", 900, 1024),
  AWAIT_APPLIED("AwaitApplied", "snapshot.AwaitAppliedHandler", 300, 1024),
  WAIT_FOR_SEGMENTS("WaitForSegments", "snapshot.WaitForSegmentsHandler", 60, 512),
  COMPLETE_SNAPSHOT(
      "CompleteSnapshot", "snapshot.CompleteSnapshotHandler", 900, Memory.ONE_CORE_MIB),
  CHECK_SNAPSHOT("CheckSnapshot", "snapshot.CheckSnapshotHandler", 60, 512),
  PURGE_STAGING("PurgeStaging", "staging.PurgeStagingHandler", 900, 512),
  PUBLISH_IMAGE("PublishImage", "image.PublishImageHandler", 120, 512),
  PRUNE_IMAGES("PruneImages", "image.PruneImagesHandler", 300, 512),
  FINISH_RUN("FinishRun", "run.FinishRunHandler", 60, 512),
  FAIL_RUN("FailRun", "run.FailRunHandler", 300, 512),
  END_RUN("EndRun", "run.EndRunHandler", 300, 512),
  SWEEP_LEFTOVERS(
      "SweepLeftovers", "reconcile.SweepLeftoversHandler", 900, 512), // every hour, all runs
  DEAD_LETTERS("DeadLetters", "reconcile.DeadLettersHandler", 300, 512),
  ADVANCE_LAUNCH("AdvanceLaunch", "launch.AdvanceLaunchHandler", 120, 512);

  private static final String HANDLERS = "dev.drover.functions.";

  private final String constructId;
  private final String handler;
  private final int timeoutSeconds;
  private final int memoryMib;

  DeclaredFunction(String constructId, String handler, int timeoutSeconds, int memoryMib) {
    this.constructId = constructId;
    this.handler = handler;
    this.timeoutSeconds = timeoutSeconds;
    this.memoryMib = memoryMib;
  }

  String constructId() {
    return constructId;
  }

  /** The fully qualified name of the class; with one handler method Lambda needs no more. */
  String handlerClass() {
    return HANDLERS + handler;
  }

  Duration timeout() {
    return Duration.seconds(timeoutSeconds);
  }

  int memoryMib() {
    return memoryMib;
  }

  /** Size of its {@code /tmp}. */
  int temporaryMib() {
    return this == COMPLETE_SNAPSHOT ? Memory.DIGEST_LIST_MIB : Memory.SNAP_START_TEMPORARY_MIB;
  }

  /** Lambda restores snapshots only of functions with the smallest {@code /tmp}. */
  boolean mayRestore() {
    return temporaryMib() <= Memory.SNAP_START_TEMPORARY_MIB;
  }

  /** Whether an execution of replicate-run calls it, by the version that it began with. */
  boolean isCalledByExecutions() {
    return switch (this) {
      case BEGIN_RUN,
          PREPARE,
          AWAIT_APPLIED,
          WAIT_FOR_SEGMENTS,
          COMPLETE_SNAPSHOT,
          CHECK_SNAPSHOT,
          PURGE_STAGING,
          PUBLISH_IMAGE,
          PRUNE_IMAGES,
          FINISH_RUN,
          FAIL_RUN ->
          true;
      case SEGMENT,
          REPORT,
          SMS_API,
          START_RUN,
          END_RUN,
          SWEEP_LEFTOVERS,
          DEAD_LETTERS,
          ADVANCE_LAUNCH ->
          false;
    };
  }

  /** An invocation that ran into its timeout must never meet its own message again. */
  Duration queueVisibility() {
    return Duration.seconds(timeoutSeconds * WorkQueue.VISIBILITY_TIMEOUTS);
  }

  private static final class Memory {
    /**
     * Lambda gives a whole core from here on; hashing and inflating need one.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html">memory</a>
     */
    static final int ONE_CORE_MIB = 1769;

    /**
     * A new digest list is written to a file before it is put: 32 bytes for each 512 KiB are 4 GiB
     * for a disk of 64 TiB, the largest that EBS has; and a GiB to spare.
     */
    static final int DIGEST_LIST_MIB = 5120;

    /**
     * What every function has, and the most that SnapStart supports.
     *
     * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html">SnapStart</a>
     */
    static final int SNAP_START_TEMPORARY_MIB = 512;
  }
}
