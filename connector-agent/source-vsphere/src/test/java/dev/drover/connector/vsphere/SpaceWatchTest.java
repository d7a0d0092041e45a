package dev.drover.connector.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpaceWatchTest {
  private long nanos = -5;
  private int looks;
  private Optional<String> shortage = Optional.empty();
  private boolean answers = true;
  private final SpaceWatch watch = new SpaceWatch(this::found, () -> nanos);

  private Optional<String> found() {
    looks++;
    if (!answers) {
      throw new SourceUnavailableException("The vCenter starts.", null);
    }
    return shortage;
  }

  @Test
  void look_againAndAgain_asksOnceAMinute() {
    watch.look();
    watch.look();
    nanos += TimeUnit.SECONDS.toNanos(59);
    watch.look();
    assertThat(looks).isEqualTo(1);
    nanos += TimeUnit.SECONDS.toNanos(1);
    watch.look();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void look_nobodyAnswers_readsOn() {
    answers = false;
    watch.look();
    answers = true;
    shortage = Optional.of("The datastore 'ds1' is full");
    nanos += TimeUnit.MINUTES.toNanos(1);
    assertThatThrownBy(watch::look)
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageStartingWith("The datastore 'ds1' is full: its VM snapshot is removed");
  }
}
