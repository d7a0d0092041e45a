package dev.drover.functions.run;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * replicate-run's state for every failure.
 *
 * <p>Idempotency key: the run. The first call fails it and counts it; a second one only cleans up
 * again; a run that is committed is left alone.
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
    ObjectStore objects = wiring.objects();
    EventLog log = wiring.log();
    UncommittedSnapshots snapshots =
        new UncommittedSnapshots(state, wiring.snapshots(), wiring.images(), objects, log);
    return new RunFailure(
        state,
        new RunLeftovers(snapshots, new StagedObjects(objects)),
        new JobEnd(state, wiring.schedule(), log),
        wiring.clock(),
        log);
  }

  FailRunHandler(RunFailure failure) {
    super(
        Input.class,
        input -> {
          failure.fail(input.run(), FailureReason.of(input.error(), input.cause()));
          return input.run();
        });
  }

  /** The run, and what Step Functions says of its failure. */
  public record Input(JobId jobId, RunId runId, @Nullable String error, @Nullable String cause) {
    /** Refuses an input without a run. */
    public Input {
      if (jobId == null || runId == null) {
        throw new InvalidMessageException("a run is named by jobId and runId: one is missing");
      }
    }

    RunReference run() {
      return new RunReference(jobId, runId);
    }
  }
}
