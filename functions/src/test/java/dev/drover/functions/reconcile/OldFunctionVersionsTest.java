package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.InMemoryFunctionVersions;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OldFunctionVersionsTest {
  private static final String FUNCTION = "Drover-Prepare";

  private final World world = new World();
  private final InMemoryFunctionVersions versions = new InMemoryFunctionVersions();
  private final OldFunctionVersions station =
      new OldFunctionVersions(
          List.of(FUNCTION), versions, world.state.oldVersions(), world, world.eventLog);

  private void sweep() {
    Station.Leg leg = station.look(null);
    assertThat(leg.next()).isNull();
    leg.works().forEach(work -> work.work().run());
  }

  private void sweepAfter(Duration time) {
    world.pass(time);
    sweep();
  }

  @Test
  void version_staysForAsLongAsAnExecutionThatNamesItMayLast() {
    versions.deploy(FUNCTION, "1");
    sweepAfter(Duration.ofDays(200));
    versions.deploy(FUNCTION, "2");
    sweepAfter(Duration.ofMinutes(40));
    sweepAfter(ReplicateRunLimits.EXECUTION_LIFE.plusHours(23));
    assertThat(versions.versions(FUNCTION)).containsExactly("1", "2");

    sweepAfter(Duration.ofHours(1));
    assertThat(versions.versions(FUNCTION)).containsExactly("2");
    assertThat(world.state.oldVersions().known(FUNCTION)).isEmpty();
    assertThat(world.log()).contains("version-removed");
  }

  /** However often a stack is deployed, each version's time is its own. */
  @Test
  void versions_ofWeeklyDeployments_goOneAfterTheOther() {
    versions.deploy(FUNCTION, "1");
    for (int week = 2; week <= 9; week++) {
      versions.deploy(FUNCTION, Integer.toString(week));
      sweep();
      sweepAfter(Duration.ofDays(7));
    }
    assertThat(versions.versions(FUNCTION)).containsExactly("5", "6", "7", "8", "9");
  }

  /** The way back publishes another version; of a failed deployment the one before lives on. */
  @Test
  void version_thatIsLiveAgain_isNotOld() {
    versions.deploy(FUNCTION, "1");
    versions.deploy(FUNCTION, "2");
    sweep();
    versions.rollBack(FUNCTION, "1");
    sweepAfter(Duration.ofHours(1));
    assertThat(world.state.oldVersions().known(FUNCTION)).isEmpty();

    sweepAfter(OldFunctionVersions.KEPT.plusDays(1));
    versions.deploy(FUNCTION, "3");
    sweepAfter(Duration.ofHours(1));
    assertThat(versions.versions(FUNCTION)).containsExactly("1", "3");
    assertThat(world.state.oldVersions().known(FUNCTION)).isEqualTo(Set.of("1"));
  }
}
