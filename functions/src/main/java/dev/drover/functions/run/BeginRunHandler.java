package dev.drover.functions.run;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.ExecutionInput;

/**
 * replicate-run's first state.
 *
 * <p>Idempotency key: the run's execution. A second call finds it at work and says the same; a call
 * for a run that has ended, or that another execution has, says not to proceed.
 */
public final class BeginRunHandler extends JsonHandler<ExecutionInput, RunBegin.Answer> {
  /** Called by Lambda. */
  public BeginRunHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public BeginRunHandler(Wiring wiring) {
    super(ExecutionInput.class, feature(wiring)::begin);
  }

  private static RunBegin feature(Wiring wiring) {
    return new RunBegin(wiring.state(), wiring.clock(), wiring.log());
  }
}
