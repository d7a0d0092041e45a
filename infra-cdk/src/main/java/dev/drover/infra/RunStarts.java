package dev.drover.infra;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/**
 * What starts runs: the function that the jobs' schedules invoke. Each of them is put by the firing
 * of the one before, so that every hour a rule has the function look for one that was lost. A run
 * that is to start waits for its turn: when one has ended, and each minute, the function lets the
 * next ones in.
 */
final class RunStarts extends Construct {
  /** So long a run may wait for a turn that nobody told of. */
  private static final Duration TURNS_EVERY = Duration.minutes(1);

  private final DroverFunction startRun;
  private final ReplicateRun replicateRun;
  private final Schedules schedules;
  private final int pendingSnapshots;

  RunStarts(
      Construct scope,
      String id,
      FunctionFactory functions,
      Ec2Permissions ec2,
      ReplicateRun replicateRun,
      Schedules schedules,
      int pendingSnapshots) {
    super(scope, id);
    this.replicateRun = replicateRun;
    this.schedules = schedules;
    this.pendingSnapshots = pendingSnapshots;
    Map<String, String> environment = environment();
    environment.put("DROVER_STACK", functions.stackName());
    this.startRun = functions.create(this, DeclaredFunction.START_RUN, environment);
    allowStart(startRun);
    // It tells people that a job ends soon.
    EventBus.allowPut(startRun);
    // Failed runs that are kept give back the pending snapshots that others wait for.
    ec2.allowDeleteSnapshot(startRun);
    ec2.allowDescribe(startRun, "ec2:DescribeSnapshots");
    // The shortest time between two runs of a job: what was lost is found before the next is due.
    RuleCall.rounds(
        this,
        "Rounds",
        "look after every job: a schedule that was lost, a run that was not started",
        startRun);
    RuleCall.every(
        TURNS_EVERY,
        this,
        "EveryMinute",
        "whose turn it is, of the runs that wait: a connector may have become well",
        startRun,
        new TreeMap<>(Map.of("turns", true, "gauges", true)));
    RuleCall.of(
        this,
        "RunEnded",
        "whose turn it is, of the runs that wait: a run has ended",
        startRun,
        Map.of("turns", true),
        rule ->
            rule.eventPattern(replicateRun.ended("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")));
  }

  /** Invoked by schedules and by the rules, never waited for. */
  DroverFunction startRun() {
    return startRun;
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(schedules.environment());
    environment.put("DROVER_REPLICATE_RUN_ARN", replicateRun.arn());
    environment.put("DROVER_PENDING_SNAPSHOTS", Integer.toString(pendingSnapshots));
    return environment;
  }

  void allowStart(DroverFunction function) {
    replicateRun.allowStart(function);
    schedules.allowPut(function);
  }
}
