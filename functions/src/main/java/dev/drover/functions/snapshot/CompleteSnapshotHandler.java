package dev.drover.functions.snapshot;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;

/**
 * Checks a disk's content against its manifest and completes its snapshot.
 *
 * <p>Idempotency key: (run, disk, epoch), the snapshot. A second call derives the same from
 * receipts that cannot change any more, writes the same digest list, and finds the snapshot
 * completing; for a disk that is completed it does nothing.
 */
public final class CompleteSnapshotHandler
    extends JsonHandler<CompleteSnapshot.Input, CompleteSnapshot.Output> {
  /** Called by Lambda. */
  public CompleteSnapshotHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public CompleteSnapshotHandler(Wiring wiring) {
    super(CompleteSnapshot.Input.class, feature(wiring)::complete);
  }

  private static CompleteSnapshot feature(Wiring wiring) {
    return new CompleteSnapshot(
        wiring.state(),
        wiring.objects(),
        wiring.blocks(),
        wiring.snapshots(),
        wiring.clock(),
        wiring.log());
  }
}
