package dev.drover.functions.run;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * replicate-run's state for every failure.
 *
 * <p>Idempotency key: the run's execution. The first call fails the run and counts it; a second one
 * only cleans up again; a run that is committed, or that another execution has, is left alone.
 */
public final class FailRunHandler extends JsonHandler<FailRunHandler.Input, RunReference> {
  /** Called by Lambda. */
  public FailRunHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public FailRunHandler(Wiring wiring) {
    this(feature(wiring));
  }

  /** Fails runs in what the function is wired to. */
  static RunFailure feature(Wiring wiring) {
    State state = wiring.state();
    EventLog log = wiring.log();
    return new RunFailure(
        state,
        leftovers(wiring),
        new JobEnd(state, wiring.schedule(), log),
        wiring.failuresBeforePause(),
        wiring.clock(),
        log);
  }

  /** Removes what runs left in what the function is wired to. */
  public static RunLeftovers leftovers(Wiring wiring) {
    State state = wiring.state();
    ObjectStore objects = wiring.objects();
    SiteCleanUp site =
        new SiteCleanUp(state, wiring.connectorQueues(), wiring.clock(), wiring.log());
    UnusedSnapshots snapshots =
        new UnusedSnapshots(
            state,
            wiring.snapshots(),
            wiring.images(),
            wiring.imageImports(),
            objects,
            wiring.log());
    return new RunLeftovers(state, site, snapshots, new StagedObjects(objects));
  }

  FailRunHandler(RunFailure failure) {
    super(
        Input.class,
        input -> {
          failure.fail(input.self(), FailureReason.of(input.error(), input.cause()));
          return input.self().run();
        });
  }

  /** The run's execution, and what Step Functions says of its failure. */
  public record Input(
      JobId jobId, RunId runId, int execution, @Nullable String error, @Nullable String cause) {
    RunExecution self() {
      return new RunExecution(jobId, runId, execution);
    }
  }
}
