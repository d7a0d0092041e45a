package dev.drover.functions.segment;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.TestRun;
import java.time.Duration;
import java.util.Map;

/** The segment function over an account in memory. */
public final class SegmentFunction {
  /** Its queue. */
  public static final String QUEUE = "queue:" + TestRun.SEGMENT_QUEUE;

  private static final int PARALLEL_PUTS = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(110);

  private final TestRun account;
  private final SegmentMessages messages;
  private int leases;

  /** Over that account. */
  public SegmentFunction(TestRun account) {
    this.account = account;
    this.messages =
        new SegmentMessages(
            applier(), account.queues, QUEUE, TestRun.BUCKET, account.clock, account.log);
  }

  SegmentApplier applier() {
    return new SegmentApplier(
        account.state,
        account.objects,
        new BlockPuts(account.ebs, PARALLEL_PUTS),
        account.clock,
        () -> "owner-" + ++leases);
  }

  /** Delivers S3's news of an object. */
  public void deliver(String key) {
    messages.handle(TestRun.event(key), Map.of(), account.clock.instant().plus(TIMEOUT));
  }

  /** Delivers a message that the function sent to itself. */
  public void deliver(InMemoryQueues.Sent sent) {
    messages.handle(sent.body(), sent.numbers(), account.clock.instant().plus(TIMEOUT));
  }

  /** Delivers the news of all that is staged. */
  public void deliverAll() {
    account.staged().forEach(this::deliver);
  }
}
