package dev.drover.functions.job;

import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.admission.LineFigures;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What alarms and the dashboard look at, each minute. Alarms in infra-cdk know these names, and
 * that there is a value each minute: where there is none, nobody starts runs.
 */
public final class Gauges {
  /** All of them. */
  public static final Set<String> NAMES =
      Set.of(
          "RunsWaiting",
          "LongestWaitMinutes",
          "RunsAtWork",
          "RunsKept",
          "RunsStalled",
          "PendingSnapshotsReserved",
          "PendingSnapshotsReservedPercent",
          "ConnectorsHealthy",
          "ConnectorsMissing");

  /** Attempts follow each other within minutes: who makes nothing durable for so long is stuck. */
  private static final Duration STALLED_FOR = Duration.ofHours(1);

  private final State state;
  private final AdmissionControl admission;
  private final String stack;
  private final InstantSource clock;
  private final EventLog log;

  Gauges(State state, AdmissionControl admission, String stack, InstantSource clock, EventLog log) {
    this.state = state;
    this.admission = admission;
    this.stack = stack;
    this.clock = clock;
    this.log = log;
  }

  /** Tells them. */
  void tell() {
    Instant now = clock.instant();
    LineFigures line = admission.figures();
    List<Connector> connectors = state.connectors().list().toList();
    log.metrics(
        stack,
        now,
        Map.of(
            "RunsWaiting", (long) line.waiting(),
            "LongestWaitMinutes", line.longestWait().toMinutes(),
            "RunsAtWork", (long) line.atWork().size(),
            "RunsKept", (long) line.kept(),
            "RunsStalled", stalled(line.atWork(), now),
            "PendingSnapshotsReserved", (long) line.reservedSnapshots(),
            "PendingSnapshotsReservedPercent", line.reservedPercent(),
            "ConnectorsHealthy", connectors.stream().filter(each -> each.isHealthy(now)).count(),
            "ConnectorsMissing", connectors.stream().filter(each -> each.isMissing(now)).count()));
  }

  /** At most as many as there may be pending snapshots. */
  private long stalled(List<RunReference> atWork, Instant now) {
    return state.runs().findAll(atWork).stream()
        .map(run -> run.course().stalledSince())
        .filter(since -> since != null && since.plus(STALLED_FOR).isBefore(now))
        .count();
  }
}
