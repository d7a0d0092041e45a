package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.asl.State.Retrier;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A stay in a state, from its entry to its exit; Retriers count anew in each. */
final class Visit {
  private final State state;
  private final @Nullable Object input;
  private final Instant entered;
  private final int[] retries;
  private int retryCount;

  Visit(State state, @Nullable Object input, Instant entered) {
    this.state = state;
    this.input = input;
    this.entered = entered;
    this.retries = new int[state.recovery().retriers().size()];
  }

  State state() {
    return state;
  }

  @Nullable Object input() {
    return input;
  }

  Map<String, Object> context() {
    return Map.of(
        "Name", state.name(), "EnteredTime", entered.toString(), "RetryCount", retryCount);
  }

  boolean mayRetry(int index, Retrier retrier) {
    return retries[index] < retrier.maxAttempts();
  }

  double nextDelaySeconds(int index, Retrier retrier, RandomGenerator random) {
    retries[index]++;
    retryCount++;
    double most = retrier.delaySeconds(retries[index]);
    return retrier.fullJitter() ? random.nextDouble() * most : most;
  }
}
