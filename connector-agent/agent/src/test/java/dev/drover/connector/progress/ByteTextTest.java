package dev.drover.connector.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ByteTextTest {
  @Test
  void size_anyNumber_isInMibOrGib() {
    assertThat(ByteText.size(0)).isEqualTo("0.0 MiB");
    assertThat(ByteText.size(1_572_864)).isEqualTo("1.5 MiB");
    assertThat(ByteText.size((1L << 30) - 1)).isEqualTo("1024.0 MiB");
    assertThat(ByteText.size(1L << 30)).isEqualTo("1.0 GiB");
    assertThat(ByteText.size(16L << 40)).isEqualTo("16384.0 GiB");
  }

  @Test
  void time_longerThanADay_isInHours() {
    assertThat(ByteText.time(Duration.ofSeconds(90_061))).isEqualTo("25:01:01");
  }
}
