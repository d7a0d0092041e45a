package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.Report.InventoryServer;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server of the catalog. It keeps its id as long as the environment and the hypervisor's own name
 * of it stay the same, and stays in the catalog when it disappears.
 *
 * @param machine what the newest inventory that saw it says
 * @param sourceType of the connector that saw it, for example {@code folder}; null when unknown
 * @param connectorIds every connector that saw it
 * @param replicationJobId the newest job
 * @param replicationJobTerminated whether that job was deleted or failed
 * @param lastSeen when the newest inventory that saw it arrived, by the cloud's clock
 */
public record Server(
    ServerId id,
    EnvironmentName environment,
    InventoryServer machine,
    @Nullable String sourceType,
    Set<ConnectorId> connectorIds,
    @Nullable JobId replicationJobId,
    boolean replicationJobTerminated,
    Instant lastSeen) {

  /** Keeps its own set. */
  public Server {
    connectorIds = Set.copyOf(connectorIds);
  }

  /** The same server as a new inventory has it. */
  public Server seenAs(
      InventoryServer newMachine, @Nullable String newSourceType, ConnectorId by, Instant at) {
    Set<ConnectorId> connectors =
        Stream.concat(connectorIds.stream(), Stream.of(by)).collect(Collectors.toSet());
    return new Server(
        id,
        environment,
        newMachine,
        newSourceType,
        connectors,
        replicationJobId,
        replicationJobTerminated,
        at);
  }

  /** Whether it is the same but for the time at which it was seen. */
  public boolean isSameAs(Server other) {
    return machine.equals(other.machine)
        && Objects.equals(sourceType, other.sourceType)
        && connectorIds.equals(other.connectorIds);
  }
}
