package dev.drover.functions.snapshot;

import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.JsonHandler;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.SqsQueues;
import dev.drover.functions.aws.Wiring;

/**
 * Prepares the next attempt at a run: chooses connector and bases, finds what is durable, writes
 * the plan.
 *
 * <p>Idempotency key: (run, attempt). Each call that comes to its end is an attempt of its own,
 * with objects of its own; two at once are told apart by the count that both saw, and one is
 * refused.
 */
public final class PrepareHandler extends JsonHandler<Prepare.Input, Prepare.Output> {
  /** As Lambda makes it. */
  public PrepareHandler() {
    this(new Wiring());
  }

  private PrepareHandler(Wiring wiring) {
    super(Prepare.Input.class, feature(wiring)::prepare);
  }

  private static Prepare feature(Wiring wiring) {
    S3Objects objects = new S3Objects(wiring.s3(), wiring.bucket());
    return new Prepare(
        wiring.table(),
        new BaseChoice(new Ec2Snapshots(wiring.ec2()), objects),
        objects,
        new SqsQueues(wiring.sqs()),
        wiring.taskQueuePrefix(),
        wiring.clock(),
        wiring.log());
  }
}
