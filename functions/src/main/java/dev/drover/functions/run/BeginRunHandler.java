package dev.drover.functions.run;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.RunReference;

/**
 * replicate-run's first state.
 *
 * <p>Idempotency key: the run. A second call finds it at work and says the same; a call for a run
 * that has ended says not to proceed.
 */
public final class BeginRunHandler extends JsonHandler<RunReference, RunBegin.Answer> {
  /** Called by Lambda. */
  public BeginRunHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public BeginRunHandler(Wiring wiring) {
    super(RunReference.class, feature(wiring)::begin);
  }

  private static RunBegin feature(Wiring wiring) {
    return new RunBegin(wiring.state(), wiring.clock(), wiring.log());
  }
}
