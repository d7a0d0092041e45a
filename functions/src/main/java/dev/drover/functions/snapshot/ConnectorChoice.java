package dev.drover.functions.snapshot;

import dev.drover.functions.state.Connector;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connector is given a run.
 *
 * <p>One that reported the server comes before one that only serves the same environment, because
 * at the other the run would fail as unknown; then a healthy one before one that is silent, has
 * left or takes no tasks, and one where nothing hangs before one where reads do not come back. Of
 * equals the one that has the run already (its overlay is warm), then the one that holds the base's
 * index, then the one that has least to do. A silent one is better than none: its queue keeps the
 * task, and the heartbeat of the state machine bounds the patience.
 *
 * @param run spreads runs over connectors that are equals: their load is half a minute old
 * @param current who has the run; null when nobody had it yet, or when it fell silent
 * @param indexed who made the base; null when there is none
 * @param reporters who saw the server
 */
record ConnectorChoice(
    RunId run,
    EnvironmentName environment,
    @Nullable ConnectorId current,
    @Nullable ConnectorId indexed,
    Set<ConnectorId> reporters) {

  Optional<Connector> among(List<Connector> connectors, Instant now) {
    return connectors.stream()
        .filter(connector -> connector.environment().equals(environment))
        .filter(connector -> !connector.disassociated() && connector.registration() != null)
        .max(
            Comparator.comparing((Connector connector) -> reporters.contains(connector.id()))
                .thenComparing(connector -> connector.isHealthy(now))
                .thenComparing(connector -> connector.condition().abandoned() == 0)
                .thenComparing(connector -> connector.id().equals(current))
                .thenComparing(connector -> connector.id().equals(indexed))
                .thenComparingInt(connector -> -connector.rounds())
                .thenComparingInt(this::lot));
  }

  /** As good as any, and the same for the same. */
  private int lot(Connector connector) {
    return (run.value() + connector.id().value()).hashCode();
  }
}
