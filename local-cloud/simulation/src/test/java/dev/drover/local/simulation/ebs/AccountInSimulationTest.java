package dev.drover.local.simulation.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.EbsClient;

/** Processes that use the account at the same time, over a line that takes time. */
final class AccountInSimulationTest {
  /** A call takes 20 ms, in both directions the same. */
  private record SlowLine(Simulation simulation) implements Line {
    @Override
    public <T> T call(String service, String operation, String about, Supplier<T> action) {
      simulation.sleep(Duration.ofMillis(10));
      T answer = action.get();
      simulation.sleep(Duration.ofMillis(10));
      return answer;
    }
  }

  private static long digest(long seed) {
    List<String> lines = new ArrayList<>();
    Simulation simulation = new Simulation(seed, Cloud.START, Trace.to(lines::add));
    EbsAccount account = new EbsAccount(simulation, EbsSettings.AWS);
    for (int i = 0; i < 5; i++) {
      EbsClient ebs = account.ebs(new SlowLine(simulation));
      simulation.start(
          "p" + i,
          () -> {
            String id = ebs.startSnapshot(start -> start.volumeSize(1L)).snapshotId();
            ebs.completeSnapshot(complete -> complete.snapshotId(id).changedBlocksCount(0));
          });
    }
    simulation.runUntil(Cloud.START.plus(Duration.ofHours(1)));
    assertThat(simulation.trace().firstFailure()).isNull();
    assertThat(account.use().mostPending()).isEqualTo(5);
    assertThat(account.use().pending()).isZero();
    assertThat(lines).hasSize(5);
    return simulation.trace().digest();
  }

  @Test
  void oneSeedIsOneCourse() {
    assertThat(digest(1)).isEqualTo(digest(1));
    assertThat(digest(1)).isNotEqualTo(digest(2));
  }
}
