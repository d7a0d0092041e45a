package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.world.World;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SegmentWaitsTest {
  private static final RunId RUN = new RunId("sms-run-0a0b0c0d");

  private final World world = World.withServer();
  private final SegmentWaits waits = world.state.segmentWaits();

  @Test
  void item_isOneOfTheRunAndGoesAsReceiptsGo() {
    assertThat(waits.find(RUN)).isEqualTo(new SegmentWait(RUN, 0, 0, null, 0, null));
    assertThat(waits.count(RUN, World.START)).isEqualTo(new SegmentWait(RUN, 1, 0, null, 0, null));
    assertThat(waits.await(RUN, 3, "token", World.START))
        .isEqualTo(new SegmentWait(RUN, 1, 3, "token", 0, null));
    assertThat(waits.count(RUN, World.START))
        .isEqualTo(new SegmentWait(RUN, 2, 3, "token", 0, null));
    assertThat(waits.find(RUN).done()).isEqualTo(2);
    assertThat(world.raw.show("RUN#" + RUN, "SEGMENTS"))
        .isEqualTo(
            Map.of(
                "pk", "S:RUN#" + RUN,
                "v", "N:1",
                "sk", "S:SEGMENTS",
                "done", "N:2",
                "expected", "N:3",
                "taskToken", "S:token",
                "ttl", "N:" + World.START.plus(Duration.ofDays(60)).getEpochSecond()));
    assertThat(world.state.disks().list(RUN)).isEmpty();
  }

  @Test
  void corruptOne_isDoneAndCountedAndTheLastIsKept() {
    waits.count(RUN, World.START);
    waits.countCorrupt(RUN, "the first", World.START);
    assertThat(waits.countCorrupt(RUN, "the second", World.START))
        .isEqualTo(new SegmentWait(RUN, 3, 0, null, 2, "the second"));
    assertThat(waits.find(RUN).corrupt()).isEqualTo(2);
  }

  @Test
  void end_ofAnotherToken_endsNothing() {
    waits.end(RUN, "never began");
    waits.await(RUN, 1, "second", World.START);
    waits.end(RUN, "first");
    assertThat(waits.count(RUN, World.START).taskToken()).isEqualTo("second");
    waits.end(RUN, "second");
    assertThat(waits.count(RUN, World.START)).isEqualTo(new SegmentWait(RUN, 2, 1, null, 0, null));
  }
}
