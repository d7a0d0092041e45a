package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.NEWER;
import static dev.drover.functions.state.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class SettledGroupsTest {
  private static final RunDisk DISK = Sample.disk(1, GENERATION, RunDisk.State.APPLYING);

  private final SettledGroups settled = new Sample().state.settledGroups();

  /** What is settled in one epoch, generation or manifest says nothing of another. */
  @Test
  void find_onlyByTheSameEpochGenerationAndManifest() {
    BitSet groups = BitSet.valueOf(new long[] {0b101});
    assertThat(settled.find(DISK, "manifest").isEmpty()).isTrue();
    settled.put(DISK, "manifest", groups, NOW);

    assertThat(settled.find(DISK, "manifest")).isEqualTo(groups);
    assertThat(settled.find(DISK, "another").isEmpty()).isTrue();
    RunDisk epoch = Sample.disk(2, GENERATION, RunDisk.State.APPLYING);
    assertThat(settled.find(epoch, "manifest").isEmpty()).isTrue();
    RunDisk newer = Sample.disk(1, NEWER, RunDisk.State.APPLYING);
    assertThat(settled.find(newer, "manifest").isEmpty()).isTrue();
  }
}
