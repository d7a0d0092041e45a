package dev.drover.functions.staging;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.RunReference;

/**
 * Deletes what a run staged.
 *
 * <p>Idempotency key: the run, in the objects' prefix. A second call finds nothing.
 */
public final class PurgeStagingHandler extends JsonHandler<RunReference, PurgeStaging.Output> {
  /** Called by Lambda. */
  public PurgeStagingHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public PurgeStagingHandler(Wiring wiring) {
    super(RunReference.class, feature(wiring)::purge);
  }

  private static PurgeStaging feature(Wiring wiring) {
    StagedObjects purge = new StagedObjects(wiring.objects());
    return new PurgeStaging(wiring.state(), purge, wiring.log());
  }
}
