package dev.drover.local.simulator.fault;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The fault rules in force. Replacing them starts their counts again. */
public final class Faults {
  private final long seed;
  private volatile List<ArmedRule> rules = List.of();

  public Faults(long seed) {
    this.seed = seed;
  }

  public void replace(List<FaultRule> replacement) {
    rules =
        IntStream.range(0, replacement.size())
            .mapToObj(i -> new ArmedRule(replacement.get(i), new SplittableRandom(seed + i)))
            .toList();
  }

  public List<FaultRule> rules() {
    return rules.stream().map(armed -> armed.rule).toList();
  }

  /** Whether this call is to be refused; to be asked once a call. */
  public Optional<FaultRule.Refusal> refusal(String operation) {
    FaultRule.Refusal struck = null;
    for (ArmedRule armed : rules) {
      if (armed.rule instanceof FaultRule.Refuse refuse
          && refuse.operation().equals(operation)
          && armed.strikes(refuse.when())) {
        struck = refuse.refusal();
      }
    }
    return Optional.ofNullable(struck);
  }

  /** Whether the answer of this call is to be lost; to be asked once a call. */
  public boolean losesAnswer(String operation) {
    boolean lost = false;
    for (ArmedRule armed : rules) {
      if (armed.rule instanceof FaultRule.LoseAnswer lose
          && lose.operation().equals(operation)
          && armed.strikes(lose.when())) {
        lost = true;
      }
    }
    return lost;
  }

  /**
   * Whether this put finds no snapshot yet; to be asked once a put.
   *
   * @param age of the snapshot
   */
  public boolean hides(String snapshotId, Duration age) {
    boolean hidden = false;
    for (ArmedRule armed : rules) {
      if (armed.rule instanceof FaultRule.DelayVisibility delay
          && armed.putsSeen(snapshotId) <= delay.puts()) {
        hidden = true;
      }
      if (armed.rule instanceof FaultRule.HideNew hide && age.toMillis() < hide.millis()) {
        hidden = true;
      }
    }
    return hidden;
  }

  /** How many pending snapshots the account may have; empty: as many as its quota says. */
  public OptionalInt pendingLimit() {
    return rules.stream()
        .map(armed -> armed.rule)
        .filter(FaultRule.LimitPending.class::isInstance)
        .mapToInt(rule -> ((FaultRule.LimitPending) rule).snapshots())
        .min();
  }

  /** Whether what is encrypted can be neither started nor written. */
  public boolean disablesKeys() {
    return rules.stream().anyMatch(armed -> armed.rule instanceof FaultRule.DisableKeys);
  }

  /** Why imports fail; empty: they do not. */
  public Optional<String> importFailure() {
    return rules.stream()
        .map(armed -> armed.rule)
        .filter(FaultRule.FailImports.class::isInstance)
        .map(rule -> ((FaultRule.FailImports) rule).message())
        .findFirst();
  }

  /** A rule with what it has seen so far. */
  private static final class ArmedRule {
    private final FaultRule rule;
    private final RandomGenerator random;
    private final AtomicLong calls = new AtomicLong();
    private final Map<String, Integer> putsBySnapshot = new ConcurrentHashMap<>();

    private ArmedRule(FaultRule rule, RandomGenerator random) {
      this.rule = rule;
      this.random = random;
    }

    private boolean strikes(When when) {
      long call = calls.incrementAndGet();
      return switch (when) {
        case When.Nth(long nth) -> call == nth;
        case When.EveryNth(long everyNth) -> call % everyNth == 0;
        case When.FirstCalls(long firstCalls) -> call <= firstCalls;
        case When.Chance(double chance) -> draw() < chance;
      };
    }

    private synchronized double draw() {
      return random.nextDouble();
    }

    private int putsSeen(String snapshotId) {
      return putsBySnapshot.merge(snapshotId, 1, Integer::sum);
    }
  }
}
