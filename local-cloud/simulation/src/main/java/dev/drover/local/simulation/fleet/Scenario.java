package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.fault.FaultKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Set;

/**
 * What is simulated; all that it leaves open, the seed decides.
 *
 * @param duration of virtual time
 * @param scale so many real blocks a simulated one stands for
 * @param isLong a large fleet or a long time: jobs run nightly, connectors report more seldom, and
 *     small disks are more frequent, so that it ends within minutes
 * @param haste what is often now and then happens all the time
 */
public record Scenario(
    long seed,
    int servers,
    Duration duration,
    Set<FaultKind> faults,
    int scale,
    boolean isLong,
    Haste haste) {
  private static final BigDecimal HOURS_OF_A_DAY = BigDecimal.valueOf(24);

  /** Enough to tell hours. */
  private static final int DAYS_DECIMALS = 4;

  /**
   * For a scenario of hours instead of days.
   *
   * @param frequencyHours between runs, the first one at once; 0: the seed decides on both
   * @param severity so many times as often calls get lost, functions die and executions are
   *     stopped; and with more than 1, connectors die in the midst of runs
   */
  public record Haste(int frequencyHours, int severity) {
    /** As it is in life. */
    public static final Haste NONE = new Haste(0, 1);
  }

  /** A small fleet. */
  public Scenario(long seed, int servers, Duration duration, Set<FaultKind> faults, int scale) {
    this(seed, servers, duration, faults, scale, false, Haste.NONE);
  }

  /** A fleet without haste. */
  public Scenario(
      long seed, int servers, Duration duration, Set<FaultKind> faults, int scale, boolean isLong) {
    this(seed, servers, duration, faults, scale, isLong, Haste.NONE);
  }

  /** A small fleet in haste. */
  public Scenario(
      long seed, int servers, Duration duration, Set<FaultKind> faults, int scale, Haste haste) {
    this(seed, servers, duration, faults, scale, false, haste);
  }

  /** Copies the faults. */
  public Scenario {
    faults = Set.copyOf(faults);
    if (servers < 1 || duration.isNegative() || scale < 1) {
      throw new IllegalArgumentException("a fleet has servers, and time");
    }
  }

  /** As the command line says it. */
  @Override
  public String toString() {
    return "--seed %d --servers %d --days %s --faults %s%s%s%s%s"
        .formatted(
            seed,
            servers,
            days(),
            faultsText(),
            scale == 1 ? "" : " --scale " + scale,
            isLong ? " --long" : "",
            haste.frequencyHours() == 0 ? "" : " --frequency " + haste.frequencyHours(),
            haste.severity() == 1 ? "" : " --severity " + haste.severity());
  }

  /** As the command line says it. */
  public String days() {
    return BigDecimal.valueOf(duration.toHours())
        .divide(HOURS_OF_A_DAY, DAYS_DECIMALS, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  private String faultsText() {
    if (faults.isEmpty()) {
      return "none";
    }
    return faults.equals(FaultKind.all())
        ? "all"
        : String.join(",", faults.stream().map(FaultKind::toString).sorted().toList());
  }
}
