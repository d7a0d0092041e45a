package dev.drover.local.torture.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Which faults come in which order, for how long, alone or two at a time: a function of the seed.
 * What real processes do meanwhile is not.
 */
public final class Schedule {
  private static final int MIN_HOLD_SECONDS = 12;
  private static final int MAX_HOLD_SECONDS = 28;
  private static final int MIN_QUIET_SECONDS = 4;
  private static final int MAX_QUIET_SECONDS = 12;

  /** Every third time two come at once. */
  private static final int PAIRS = 3;

  private final List<FaultKind> kinds;
  private final Random random;
  private final List<FaultKind> round = new ArrayList<>();

  private Schedule(Collection<FaultKind> kinds, long seed) {
    this.kinds = List.copyOf(new TreeSet<>(kinds));
    this.random = new Random(seed);
  }

  /**
   * What comes next.
   *
   * @param seed of what the faults themselves draw
   */
  public record Step(List<FaultKind> kinds, Duration hold, Duration quiet, long seed) {
    public Step {
      kinds = List.copyOf(kinds);
    }
  }

  /** Of a seed. */
  public static Schedule of(Collection<FaultKind> kinds, long seed) {
    return new Schedule(kinds, seed);
  }

  /** Each kind once in any order, then all again. */
  public Step next() {
    List<FaultKind> now = new ArrayList<>(List.of(draw()));
    if (random.nextInt(PAIRS) == 0 && !now.getFirst().comesAlone() && !round.isEmpty()) {
      FaultKind other = round.getLast();
      if (!other.comesAlone()) {
        now.add(draw());
      }
    }
    Duration drawn = Duration.ofSeconds(random.nextInt(MIN_HOLD_SECONDS, MAX_HOLD_SECONDS + 1));
    Duration least =
        now.stream().map(FaultKind::least).max(Duration::compareTo).orElse(Duration.ZERO);
    return new Step(
        now,
        drawn.compareTo(least) < 0 ? least : drawn,
        Duration.ofSeconds(random.nextInt(MIN_QUIET_SECONDS, MAX_QUIET_SECONDS + 1)),
        random.nextLong());
  }

  private FaultKind draw() {
    if (round.isEmpty()) {
      round.addAll(kinds);
      Collections.shuffle(round, random);
    }
    return round.removeLast();
  }
}
