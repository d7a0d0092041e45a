package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;

/**
 * Prepares the next attempt at a run: chooses connector and bases, finds what is durable, writes
 * the plan.
 *
 * <p>Idempotency key: (run, attempt). Each call that comes to its end is an attempt of its own,
 * with objects of its own; two at once are told apart by the count that both saw, and one is
 * refused.
 */
public final class PrepareHandler extends JsonHandler<Prepare.Input, Prepare.Output> {
  /** Called by Lambda. */
  public PrepareHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public PrepareHandler(Wiring wiring) {
    super(Prepare.Input.class, feature(wiring)::prepare);
  }

  private static Prepare feature(Wiring wiring) {
    ObjectStore objects = wiring.objects();
    return new Prepare(
        wiring.state(),
        new BaseChoice(wiring.snapshots(), wiring.encryptionKeys(), objects),
        objects,
        wiring.connectorQueues(),
        wiring.patience(),
        wiring.clock(),
        wiring.log());
  }
}
