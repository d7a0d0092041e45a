package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.site.Hypervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A run that ends in the midst of reading, from the API to the connector's last call of its site.
 */
class CancelledRunTest {
  /** So slow is the site that a run takes hours. */
  private static final int SLOW = 100_000;

  private static final Duration DELETED = Duration.ofMinutes(30);

  @Test
  void vmSnapshot_ofARunWhoseJobIsDeleted_goesWithinMinutes() {
    List<Hypervisor.Standing> before = new ArrayList<>();
    List<Hypervisor.Standing> after = new ArrayList<>();
    Scenario scenario =
        new Scenario(1, 1, Duration.ofHours(1), Set.of(), SLOW, new Scenario.Haste(12, 1));

    Fleet.Outcome outcome =
        Simulated.run(
            scenario,
            fleet -> {
              fleet.lookAtSites(DELETED.minusSeconds(1), before::addAll);
              fleet.deleteJobs(DELETED);
              fleet.lookAtSites(DELETED.plusMinutes(5), after::addAll);
            });

    State state = outcome.account().stateForOracle();
    Job job = state.jobs().list().findFirst().orElseThrow();
    assertThat(job.state()).isEqualTo(Job.State.DELETED);
    Run run = state.runs().list(job.id()).findFirst().orElseThrow();
    assertThat(before).extracting(Hypervisor.Standing::run).containsExactly(run.id());
    assertThat(after).isEmpty();
  }
}
