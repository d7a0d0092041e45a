package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NEXT;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.REFERENCE;
import static dev.drover.functions.state.Sample.RUN;
import static dev.drover.functions.state.Sample.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeftoversTest {
  private static final DoomedSnapshot DOOMED = new DoomedSnapshot(SNAPSHOT, null);

  private final Sample sample = new Sample();
  private final Leftovers leftovers = sample.state.leftovers();

  @Test
  void doomed_snapshot_staysUntilItIsForgotten() {
    RunDisk disk = Sample.disk(1, GENERATION, RunDisk.State.APPLYING);
    assertThat(sample.commits(leftovers.doom(disk))).isTrue();
    assertThat(leftovers.doomed(RUN)).containsExactly(DOOMED);
    assertThat(leftovers.doomed(NEXT)).isEmpty();
    leftovers.forget(RUN, DOOMED);
    assertThat(leftovers.doomed(RUN)).isEmpty();
  }

  @Test
  void runsAfter_aRun_areTheNextAndNotItsSnapshots() {
    RunReference next = new RunReference(JOB, NEXT);
    leftovers.expect(REFERENCE);
    leftovers.expect(next);
    sample.commits(leftovers.doom(Sample.disk(1, GENERATION, RunDisk.State.APPLYING)));
    assertThat(leftovers.runsAfter("", 9)).containsExactly(REFERENCE, next);
    assertThat(leftovers.runsAfter("", 1)).containsExactly(REFERENCE);
    assertThat(leftovers.runsAfter(RUN.value(), 9)).containsExactly(next);
    leftovers.forget(REFERENCE);
    assertThat(leftovers.runsAfter("", 9)).containsExactly(next);
  }

  /** The sweep waits from then on: a time that moved would make it wait for ever. */
  @Test
  void endedBy_again_isTheFirstTime() {
    leftovers.expect(REFERENCE);
    assertThat(leftovers.endedBy(REFERENCE, NOW)).isEqualTo(NOW);
    assertThat(leftovers.endedBy(REFERENCE, NOW.plusSeconds(9))).isEqualTo(NOW);
  }
}
