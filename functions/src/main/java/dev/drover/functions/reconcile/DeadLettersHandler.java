package dev.drover.functions.reconcile;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;

/**
 * Every hour a rule asks to read the dead letters.
 *
 * <p>Idempotency key: none is needed. What is sent again is harmless twice, and a message that two
 * calls receive is in a queue still.
 */
public final class DeadLettersHandler
    extends JsonHandler<DeadLettersHandler.Input, DeadLettersHandler.Output> {
  /** Called by Lambda. */
  public DeadLettersHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public DeadLettersHandler(Wiring wiring) {
    this(
        new DeadLetters(
            wiring.state(),
            wiring.queues(),
            new DeadLetters.Names(
                wiring.segmentQueuePrefix(),
                wiring.taskQueuePrefix(),
                wiring.reportQueueUrl(),
                wiring.reportDeadLettersUrl(),
                wiring.failedCallsUrl()),
            wiring.log()));
  }

  DeadLettersHandler(DeadLetters letters) {
    super(Input.class, _ -> output(letters.read()));
  }

  private static Output output(DeadLetters.Count count) {
    return new Output(count.redriven(), count.left(), count.told());
  }

  /** Nothing. */
  public record Input() {}

  /** How many messages were sent again, are left for people, and were told and taken out. */
  public record Output(int redriven, int left, int told) {}
}
