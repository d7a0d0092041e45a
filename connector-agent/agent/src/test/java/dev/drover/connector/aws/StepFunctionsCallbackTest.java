package dev.drover.connector.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepFunctionsCallbackTest {
  private static final int MAX_CHARS = 32_768;

  @Test
  void shortened_causeThatFits_isWhole() {
    String cause = "x".repeat(MAX_CHARS);
    assertThat(StepFunctionsCallback.shortened(cause)).isEqualTo(cause);
  }

  @Test
  void shortened_longCause_isCutButNoCharacterIsHalved() {
    String before = "x".repeat(MAX_CHARS - 1);
    assertThat(StepFunctionsCallback.shortened(before + "yz")).isEqualTo(before + "y");
    assertThat(StepFunctionsCallback.shortened(before + "🐎")).isEqualTo(before);
  }
}
