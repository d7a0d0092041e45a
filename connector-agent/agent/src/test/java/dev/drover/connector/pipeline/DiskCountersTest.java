package dev.drover.connector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.DiskId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DiskCountersTest {
  private final DiskCounters counters = new DiskCounters(DiskId.of("web", "disk.img"), 1000);

  private @Nullable Long expected() {
    return counters.snapshot().zeroBytesExpected();
  }

  private void read(long bytes, long zeros, boolean hole) {
    counters.read(bytes);
    counters.zeros(zeros, hole);
  }

  @Test
  void snapshot_zerosThatAreNotSent_saysNothingOfThem() {
    read(100, 50, false);
    assertThat(expected()).isNull();
  }

  @Test
  void snapshot_nothingReadYet_expectsTheHoles() {
    counters.expectZeros(600);
    assertThat(expected()).isEqualTo(600);
  }

  @Test
  void snapshot_partlyRead_expectsAsManyZerosInTheRestOfTheData() {
    counters.expectZeros(600);
    read(100, 25, false);
    assertThat(expected()).as("25, 600 in holes, a quarter of 300").isEqualTo(700);
    read(200, 200, true);
    assertThat(expected()).as("a hole was expected").isEqualTo(700);
  }

  @Test
  void snapshot_allRead_expectsWhatWasFound() {
    counters.expectZeros(600);
    read(400, 25, false);
    read(600, 600, true);
    assertThat(expected()).isEqualTo(625);
  }

  @Test
  void snapshot_moreHolesThanWereExpected_countsThem() {
    counters.expectZeros(0);
    read(500, 500, true);
    assertThat(expected()).isEqualTo(500);
  }
}
