package dev.drover.infra;

import java.util.Map;
import java.util.TreeMap;
import software.constructs.Construct;

/**
 * In rounds of an hour, what runs left behind and nobody could remove at once, and what
 * applications miss.
 */
final class Sweep extends Construct {
  private final DroverFunction sweepLeftovers;

  Sweep(
      Construct scope,
      String id,
      FunctionFactory functions,
      LeftoverRights leftovers,
      RunStarts starts,
      JobCreationRights jobs,
      TaskQueues tasks) {
    super(scope, id);
    Map<String, String> environment = new TreeMap<>(tasks.variables());
    environment.putAll(leftovers.environment());
    environment.putAll(starts.environment());
    environment.putAll(jobs.environment());
    this.sweepLeftovers = functions.create(this, DeclaredFunction.SWEEP_LEFTOVERS, environment);
    leftovers.allow(sweepLeftovers);
    // Jobs that are missing to applications are made here.
    starts.allowStart(sweepLeftovers);
    jobs.allow(sweepLeftovers);
    // What stands on the site of a run that has ended, a connector releases.
    tasks.allowSend(sweepLeftovers);
    RegularCall.rounds(
        this,
        "Rounds",
        "remove what runs left behind: a deletion that failed, or came too early",
        sweepLeftovers);
  }

  /** Invoked by the rule, never waited for. */
  DroverFunction sweepLeftovers() {
    return sweepLeftovers;
  }
}
