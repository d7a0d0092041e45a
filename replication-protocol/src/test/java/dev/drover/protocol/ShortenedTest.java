package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShortenedTest {
  @Test
  void to_textThatFits_isWhole() {
    assertThat(Shortened.to("horse", 5)).isEqualTo("horse");
    assertThat(Shortened.to("hors🐎", 6)).isEqualTo("hors🐎");
  }

  @Test
  void to_longText_isCutButNoCharacterIsHalved() {
    assertThat(Shortened.to("horses", 5)).isEqualTo("horse");
    assertThat(Shortened.to("hors🐎", 5)).isEqualTo("hors");
    assertThat(Shortened.to("hor🐎s", 5)).isEqualTo("hor🐎");
  }

  @Test
  void shown_longText_saysThatItWasCut() {
    assertThat(Shortened.shown("horse", 5)).isEqualTo("horse");
    assertThat(Shortened.shown("horses", 5)).isEqualTo("horse…");
    assertThat(Shortened.shown("hors🐎s", 5)).isEqualTo("hors…");
  }
}
