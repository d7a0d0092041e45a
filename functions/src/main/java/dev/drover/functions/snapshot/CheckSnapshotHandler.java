package dev.drover.functions.snapshot;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;

/**
 * Looks whether EBS has completed a disk's snapshot.
 *
 * <p>Idempotency key: (run, disk, epoch), the snapshot. It asks; the one change, COMPLETING →
 * COMPLETED, is the same when it is made again.
 */
public final class CheckSnapshotHandler
    extends JsonHandler<CheckSnapshot.Input, CheckSnapshot.Output> {
  /** Called by Lambda. */
  public CheckSnapshotHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public CheckSnapshotHandler(Wiring wiring) {
    super(CheckSnapshot.Input.class, feature(wiring)::check);
  }

  private static CheckSnapshot feature(Wiring wiring) {
    return new CheckSnapshot(wiring.state(), wiring.snapshots());
  }
}
