package dev.drover.infra;

import java.util.Map;
import java.util.TreeMap;
import software.constructs.Construct;

/** What starts runs: the function that the jobs' schedules invoke. */
final class RunStarts extends Construct {
  private final ReplicateRun replicateRun;
  private final Schedules schedules;

  RunStarts(
      Construct scope,
      String id,
      FunctionFactory functions,
      ReplicateRun replicateRun,
      Schedules schedules) {
    super(scope, id);
    this.replicateRun = replicateRun;
    this.schedules = schedules;
    allowStart(functions.create(this, DeclaredFunction.START_RUN, environment()));
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(schedules.environment());
    environment.put("DROVER_REPLICATE_RUN_ARN", replicateRun.arn());
    return environment;
  }

  void allowStart(DroverFunction function) {
    replicateRun.allowStart(function);
    schedules.allowPut(function);
  }
}
