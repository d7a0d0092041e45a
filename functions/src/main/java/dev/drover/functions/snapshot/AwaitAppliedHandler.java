package dev.drover.functions.snapshot;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.run.EpochStart;

/**
 * Looks whether all segments of a run are applied.
 *
 * <p>Idempotency key: the run's disks, manifests and receipts, which it compares; a second call
 * finds what the first found or what has come since, and sets the same counters. It may tell events
 * again, which do nothing where a receipt is. An epoch that it begins is one snapshot, by its
 * client token, and comes into the table once.
 */
public final class AwaitAppliedHandler
    extends JsonHandler<AwaitApplied.Input, AwaitApplied.Output> {
  /** Called by Lambda. */
  public AwaitAppliedHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public AwaitAppliedHandler(Wiring wiring) {
    super(AwaitApplied.Input.class, feature(wiring)::look);
  }

  private static AwaitApplied feature(Wiring wiring) {
    LostEvents events =
        new LostEvents(
            wiring.bucket(),
            wiring.objects(),
            wiring.segmentQueues(),
            wiring.queues(),
            wiring.reportQueueUrl(),
            wiring.log());
    NextEpochs epochs =
        new NextEpochs(
            wiring.state(),
            wiring.snapshots(),
            new EpochStart(wiring.runSnapshots(), wiring.clock()),
            wiring.clock(),
            wiring.log());
    return new AwaitApplied(
        wiring.state(),
        wiring.objects(),
        epochs,
        events,
        new CorruptSegments(wiring.state(), wiring.events()),
        wiring.clock(),
        wiring.log());
  }
}
