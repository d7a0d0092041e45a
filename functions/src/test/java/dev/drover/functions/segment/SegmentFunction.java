package dev.drover.functions.segment;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.world.World;
import java.time.Duration;
import java.util.Map;

/** The segment function over the world. */
public final class SegmentFunction {
  private static final Duration TIMEOUT = Duration.ofSeconds(110);

  private final World world;
  private final SegmentMessages messages;
  private int leases;

  public SegmentFunction(World world) {
    this.world = world;
    this.messages =
        new SegmentMessages(applier(), world.segmentQueues, World.BUCKET, world, world.eventLog);
  }

  SegmentApplier applier() {
    return new SegmentApplier(
        world.state,
        world.objects,
        new BlockPuts(world.ebs, new Pace(1e9, world, _ -> {})),
        world.wake,
        world,
        () -> "owner-" + ++leases);
  }

  /** Delivers S3's news of an object. */
  public void deliver(String key) {
    messages.handle(
        new StagedEvent(World.BUCKET, key).toMessage(), Map.of(), world.instant().plus(TIMEOUT));
  }

  /** Delivers a message that the function sent to itself. */
  public void deliver(InMemoryQueues.Sent sent) {
    messages.handle(sent.body(), sent.numbers(), world.instant().plus(TIMEOUT));
  }
}
