package dev.drover.connector.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.vsphere.Turns.Place;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns(new VsphereLimits(10, 2, 3));

  @Test
  void take_hostThatHasItsDisks_isRefusedUntilOneIsGivenBack() {
    assertThat(turns.take(new Place("host-1", "a"))).isTrue();
    assertThat(turns.take(new Place("host-1", "b"))).isTrue();
    assertThat(turns.take(new Place("host-1", "c"))).isFalse();
    assertThat(turns.take(new Place("host-2", "c"))).isTrue();
    turns.giveBack(new Place("host-1", "a"));
    assertThat(turns.take(new Place("host-1", "c"))).isTrue();
  }

  @Test
  void take_datastoreThatHasItsDisks_isRefusedWhateverTheHost() {
    for (int host = 0; host < 3; host++) {
      assertThat(turns.take(new Place("host-" + host, "a"))).isTrue();
    }
    assertThat(turns.take(new Place("host-9", "a"))).isFalse();
    assertThat(turns.take(new Place("host-9", "b"))).as("nothing was taken of host-9").isTrue();
    assertThat(turns.take(new Place("host-9", "b"))).isTrue();
  }
}
