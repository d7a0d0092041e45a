package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.TransientException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TriesTest {
  private int calls;

  @Test
  void result_lastTryHasIt_isIt() {
    assertThat(Tries.result(3, "no", () -> ++calls == 3 ? Optional.of(calls) : Optional.empty()))
        .isEqualTo(3);
  }

  @Test
  void result_noTryHasIt_passes() {
    assertThatThrownBy(
            () ->
                Tries.result(
                    3,
                    "it changes",
                    () -> {
                      calls++;
                      return Optional.empty();
                    }))
        .isInstanceOf(TransientException.class)
        .hasMessage("it changes");
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void untilDone_lastTryIsDone_returns() {
    Tries.untilDone(3, "no", () -> ++calls == 3);
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void untilDone_firstTryIsDone_triesNoMore() {
    Tries.untilDone(3, "no", () -> ++calls == 1);
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void untilDone_noTryIsDone_passes() {
    assertThatThrownBy(() -> Tries.untilDone(3, "it changes", () -> ++calls > 3))
        .isInstanceOf(TransientException.class)
        .hasMessage("it changes");
    assertThat(calls).isEqualTo(3);
  }
}
