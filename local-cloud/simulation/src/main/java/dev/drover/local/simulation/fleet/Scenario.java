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
 */
public record Scenario(
    long seed, int servers, Duration duration, Set<FaultKind> faults, int scale, boolean isLong) {
  private static final BigDecimal HOURS_OF_A_DAY = BigDecimal.valueOf(24);

  /** Enough to tell hours. */
  private static final int DAYS_DECIMALS = 4;

  /** A small fleet. */
  public Scenario(long seed, int servers, Duration duration, Set<FaultKind> faults, int scale) {
    this(seed, servers, duration, faults, scale, false);
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
    return "--seed %d --servers %d --days %s --faults %s%s%s"
        .formatted(
            seed,
            servers,
            days(),
            faultsText(),
            scale == 1 ? "" : " --scale " + scale,
            isLong ? " --long" : "");
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
