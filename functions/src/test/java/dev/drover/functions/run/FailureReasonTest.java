package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FailureReasonTest {
  @Test
  void of_lambdaCause_isItsMessage() {
    assertThat(FailureReason.of("x.Y", "{\"errorMessage\":\"It broke.\",\"stackTrace\":[\"a\"]}"))
        .isEqualTo(new FailureReason("x.Y", "It broke."));
  }

  @Test
  void of_plainCause_isTheCause() {
    assertThat(FailureReason.of("Connector.SourceChanged", "root.img changed while it was read."))
        .isEqualTo(
            new FailureReason("Connector.SourceChanged", "root.img changed while it was read."));
  }

  @Test
  void of_cutJson_isShownAsItIs() {
    assertThat(FailureReason.of("x.Y", "{\"errorMessage\":\"It br").sentence())
        .isEqualTo("{\"errorMessage\":\"It br");
  }

  @Test
  void of_nothing_stillSaysSomething() {
    assertThat(FailureReason.of(null, " ").sentence())
        .isEqualTo("The run stopped with Drover.Unknown.");
  }

  @Test
  void of_longCause_isCut() {
    assertThat(FailureReason.of("x.Y", "a".repeat(5_000)).sentence()).hasSize(1_001);
  }

  @Test
  void of_longCause_isCutButNoCharacterIsHalved() {
    assertThat(FailureReason.of("x.Y", "a".repeat(999) + "🐎").sentence())
        .isEqualTo("a".repeat(999) + "…");
  }
}
