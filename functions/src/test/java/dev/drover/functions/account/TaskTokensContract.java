package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@link TaskTokens} promises. */
public abstract class TaskTokensContract extends PortContract {
  /** The tokens under test. */
  protected abstract TaskTokens tokens();

  /** The token of a task that begins to wait. */
  protected abstract String open();

  /** What the task of that token came to. */
  protected abstract String output(String token);

  @Test
  void succeed_taskThatWaits_endsWithTheOutput() {
    String token = open();

    assertThat(tokens().succeed(token, "\"done\"")).isTrue();
    assertThat(output(token)).isEqualTo("\"done\"");
  }

  @Test
  void succeed_again_findsNobodyWaiting() {
    String token = open();
    tokens().succeed(token, "\"first\"");

    assertThat(tokens().succeed(token, "{}")).isFalse();
    assertThat(output(token)).isEqualTo("\"first\"");
  }

  @Test
  void succeed_tokenOfNoTask_findsNobodyWaiting() {
    assertThat(tokens().succeed("contract-" + unique(), "{}")).isFalse();
  }
}
