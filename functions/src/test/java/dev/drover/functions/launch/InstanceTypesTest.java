package dev.drover.functions.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstanceTypesTest {
  @ParameterizedTest
  @CsvSource({
    "1, 512, m5.large",
    "2, 8192, m5.large",
    "2, 8193, r5.large",
    "2, 16384, r5.large",
    "2, 16385, r5.xlarge",
    "3, 4096, m5.xlarge",
    "4, 16384, m5.xlarge",
    "96, 786432, r5.24xlarge"
  })
  void fitting_isTheSmallestWithAsMuch(int cpus, long memoryMib, String type) {
    assertThat(InstanceTypes.fitting(cpus, memoryMib)).contains(type);
  }

  @Test
  void fitting_ofMoreThanTheLargest_isNone() {
    assertThat(InstanceTypes.fitting(97, 1024)).isEmpty();
    assertThat(InstanceTypes.fitting(1, 786_433)).isEmpty();
  }
}
