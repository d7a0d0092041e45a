package dev.drover.functions.snapshot;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.run.RunWake;

/**
 * Begins the wait for a run's last segments.
 *
 * <p>Idempotency key: the task token. A second call writes the same, and the answer to a token that
 * has its answer changes nothing.
 */
public final class WaitForSegmentsHandler
    extends JsonHandler<WaitForSegments.Input, WaitForSegments.Output> {
  /** Called by Lambda. */
  public WaitForSegmentsHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public WaitForSegmentsHandler(Wiring wiring) {
    super(WaitForSegments.Input.class, feature(wiring)::await);
  }

  private static WaitForSegments feature(Wiring wiring) {
    return new WaitForSegments(
        new RunWake(
            wiring.state().segmentWaits(), wiring.taskTokens(), wiring.clock(), wiring.log()));
  }
}
