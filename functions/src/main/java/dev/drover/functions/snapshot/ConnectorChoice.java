package dev.drover.functions.snapshot;

import dev.drover.functions.state.Connector;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connector is given a run.
 *
 * <p>One that reported the server comes before one that only serves the same environment, and a
 * healthy one before a silent one; then the one that has the run already (its index and overlay are
 * warm). A silent one is better than none: its queue keeps the task, and the heartbeat of the state
 * machine bounds the patience.
 *
 * @param current who has the run; null when nobody had it yet, or when it fell silent
 * @param reporters who saw the server
 */
record ConnectorChoice(
    EnvironmentName environment, @Nullable ConnectorId current, Set<ConnectorId> reporters) {

  Optional<Connector> among(List<Connector> connectors, Instant now) {
    return connectors.stream()
        .filter(connector -> connector.environment().equals(environment))
        .filter(connector -> !connector.disassociated() && connector.registration() != null)
        .max(
            Comparator.comparing((Connector connector) -> reporters.contains(connector.id()))
                .thenComparing(connector -> connector.isHealthy(now))
                .thenComparing(connector -> connector.id().equals(current))
                .thenComparing(ConnectorChoice::lastSeen));
  }

  private static Instant lastSeen(Connector connector) {
    Instant lastSeen = connector.lastSeen();
    return lastSeen == null ? Instant.EPOCH : lastSeen;
  }
}
