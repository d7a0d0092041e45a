package dev.drover.functions.lambda;

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
}
