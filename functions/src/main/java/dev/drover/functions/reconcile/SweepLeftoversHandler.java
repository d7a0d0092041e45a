package dev.drover.functions.reconcile;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.FailRunHandler;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.State;

/**
 * Every hour a rule asks to remove what runs and ended jobs left.
 *
 * <p>Idempotency key: none is needed. What is gone is gone, and a second sweep at the same time
 * finds it so.
 */
public final class SweepLeftoversHandler
    extends JsonHandler<SweepLeftoversHandler.Input, SweepLeftoversHandler.Output> {
  /** Called by Lambda. */
  public SweepLeftoversHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public SweepLeftoversHandler(Wiring wiring) {
    this(feature(wiring));
  }

  SweepLeftoversHandler(LeftoverSweep sweep) {
    super(Input.class, _ -> new Output(sweep.sweep()));
  }

  private static LeftoverSweep feature(Wiring wiring) {
    State state = wiring.state();
    ObjectStore objects = wiring.objects();
    EventLog log = wiring.log();
    return new LeftoverSweep(
        state,
        new StraySnapshots(state, wiring.snapshots(), objects, log),
        FailRunHandler.leftovers(wiring),
        new EndedBases(state, objects, log),
        wiring.clock(),
        log);
  }

  /** Nothing. */
  public record Input() {}

  /** How many runs and ended jobs were looked after. */
  public record Output(int count) {}
}
