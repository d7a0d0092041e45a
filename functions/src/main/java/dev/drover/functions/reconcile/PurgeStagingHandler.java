package dev.drover.functions.reconcile;

import dev.drover.functions.aws.JsonHandler;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.Wiring;

/**
 * Deletes what a run staged.
 *
 * <p>Idempotency key: the run, in the objects' prefix. A second call finds nothing.
 */
public final class PurgeStagingHandler
    extends JsonHandler<PurgeStaging.Input, PurgeStaging.Output> {
  /** As Lambda makes it. */
  public PurgeStagingHandler() {
    this(new Wiring());
  }

  private PurgeStagingHandler(Wiring wiring) {
    super(PurgeStaging.Input.class, feature(wiring)::purge);
  }

  private static PurgeStaging feature(Wiring wiring) {
    StagingPurge purge = new StagingPurge(new S3Objects(wiring.s3(), wiring.bucket()));
    return new PurgeStaging(wiring.table(), purge, wiring.log());
  }
}
