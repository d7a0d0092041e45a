package dev.drover.connector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.stop.StoppedException;
import org.junit.jupiter.api.Test;

class BandwidthLimitTest {
  @Test
  void await_secondUpload_waitsUntilTheFirstHasHadItsTime() {
    long start = System.nanoTime();
    BandwidthLimit limit = new BandwidthLimit(1_000_000L, System::nanoTime);
    limit.await(100_000, new StopSignal());
    limit.await(1, new StopSignal());
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000L);
  }

  @Test
  void await_stopped_waitsNoLonger() {
    BandwidthLimit limit = new BandwidthLimit(1L, () -> 0);
    StopSignal stop = new StopSignal();
    limit.await(1_000_000, stop);
    stop.stop();
    assertThatThrownBy(() -> limit.await(1, stop)).isInstanceOf(StoppedException.class);
  }

  @Test
  void await_noLimit_neverWaits() {
    BandwidthLimit limit = new BandwidthLimit(null, () -> 0);
    limit.await(Long.MAX_VALUE, new StopSignal());
    limit.await(Long.MAX_VALUE, new StopSignal());
  }
}
