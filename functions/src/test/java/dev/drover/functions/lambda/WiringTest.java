package dev.drover.functions.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class WiringTest {
  @Test
  void bucket_missing_namesTheVariable() {
    assertThatThrownBy(() -> new Wiring(Map.of()).bucket())
        .isInstanceOf(MissingSettingException.class)
        .hasMessageContaining("DROVER_BUCKET");
  }

  @Test
  void endpointIsLoopback_onlyForLoopback() {
    assertThat(loopback("http://127.0.0.1:4566")).isTrue();
    assertThat(loopback("http://[::1]:4566")).isTrue();
    assertThat(loopback("https://s3.us-east-1.amazonaws.com")).isFalse();
    assertThat(loopback("http://127.0.0.1.example.com")).isFalse();
    assertThat(new Wiring(Map.of()).endpointIsLoopback()).isFalse();
  }

  private static boolean loopback(String url) {
    return new Wiring(Map.of("AWS_ENDPOINT_URL", url)).endpointIsLoopback();
  }
}
