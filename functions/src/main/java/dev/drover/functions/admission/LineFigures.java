package dev.drover.functions.admission;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.RunReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The line of runs in numbers.
 *
 * @param waiting runs that wait for their turn
 * @param longestWait of the one that waits longest; zero where none does
 * @param atWork runs that have had their turn
 * @param kept failed runs that are kept to be resumed, with pending snapshots
 * @param reservedSnapshots pending snapshots that runs have or may start
 * @param pendingSnapshots how many there may be
 */
public record LineFigures(
    int waiting,
    Duration longestWait,
    List<RunReference> atWork,
    int kept,
    int reservedSnapshots,
    int pendingSnapshots) {
  /** Keeps its own list. */
  public LineFigures {
    atWork = List.copyOf(atWork);
  }

  static LineFigures of(List<Admission> line, int pendingSnapshots, Instant now) {
    List<Admission> waiting = line.stream().filter(Admission::waits).toList();
    return new LineFigures(
        waiting.size(),
        waiting.stream()
            .map(each -> Duration.between(each.since(), now))
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO),
        line.stream().filter(LineFigures::isAtWork).map(Admission::run).toList(),
        Math.toIntExact(line.stream().filter(each -> each.phase() == Admission.Phase.KEPT).count()),
        line.stream().filter(Admission::holds).mapToInt(Admission::snapshots).sum(),
        pendingSnapshots);
  }

  private static boolean isAtWork(Admission admission) {
    return switch (admission.phase()) {
      case UPLOADING, APPLYING -> true;
      case WAITING, KEPT, RETURNING -> false;
    };
  }

  /** Reserved of those that there may be. */
  public long reservedPercent() {
    return reservedSnapshots * 100L / pendingSnapshots;
  }
}
