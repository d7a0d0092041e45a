package dev.drover.functions.run;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.RunReference;

/**
 * replicate-run's last state.
 *
 * <p>Idempotency key: the run. A second call finds the job completed or ended and changes nothing.
 */
public final class FinishRunHandler extends JsonHandler<RunReference, RunFinish.Answer> {
  /** Called by Lambda. */
  public FinishRunHandler() {
    super(RunReference.class, new RunFinish(new Wiring())::finish);
  }
}
