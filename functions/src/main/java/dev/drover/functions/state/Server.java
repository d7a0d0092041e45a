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
 * of it stay the same. One that disappears is shown only while it has a job.
 *
 * @param machine what the newest inventory that saw it says
 * @param sourceType of the connector that saw it, for example {@code folder}; null when unknown
 * @param connectorIds every connector that saw it
 * @param notSeenBy those of them whose newest inventory is without it
 * @param replicationJobId the newest job
 * @param replicationJobTerminated whether that job was deleted or failed
 * @param appId the application that it is in; null: none
 * @param lastSeen when the newest inventory that saw it arrived, by the cloud's clock
 */
public record Server(
    ServerId id,
    EnvironmentName environment,
    InventoryServer machine,
    @Nullable String sourceType,
    Set<ConnectorId> connectorIds,
    Set<ConnectorId> notSeenBy,
    @Nullable JobId replicationJobId,
    boolean replicationJobTerminated,
    @Nullable AppId appId,
    Instant lastSeen) {

  /** Keeps its own set. */
  public Server {
    connectorIds = Set.copyOf(connectorIds);
    notSeenBy = Set.copyOf(notSeenBy);
  }

  /** Of a server in no application. */
  public Server(
      ServerId id,
      EnvironmentName environment,
      InventoryServer machine,
      @Nullable String sourceType,
      Set<ConnectorId> connectorIds,
      Set<ConnectorId> notSeenBy,
      @Nullable JobId replicationJobId,
      boolean replicationJobTerminated,
      Instant lastSeen) {
    this(
        id,
        environment,
        machine,
        sourceType,
        connectorIds,
        notSeenBy,
        replicationJobId,
        replicationJobTerminated,
        null,
        lastSeen);
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
        notSeenBy.stream().filter(id -> !id.equals(by)).collect(Collectors.toSet()),
        replicationJobId,
        replicationJobTerminated,
        appId,
        at);
  }

  /** The same server after an inventory that is without it, of a connector that saw it before. */
  public Server missedBy(ConnectorId by) {
    return new Server(
        id,
        environment,
        machine,
        sourceType,
        connectorIds,
        Stream.concat(notSeenBy.stream(), Stream.of(by)).collect(Collectors.toSet()),
        replicationJobId,
        replicationJobTerminated,
        appId,
        lastSeen);
  }

  /** Whether none of the connectors that saw it does any more. */
  public boolean isGone() {
    return !notSeenBy.isEmpty() && notSeenBy.containsAll(connectorIds);
  }

  /** Whether its job has not ended: then people look for it, even where it is gone. */
  public boolean hasJob() {
    return replicationJobId != null && !replicationJobTerminated;
  }

  /** Whether it is the same but for the time at which it was seen. */
  public boolean isSameAs(Server other) {
    return machine.equals(other.machine)
        && Objects.equals(sourceType, other.sourceType)
        && connectorIds.equals(other.connectorIds)
        && notSeenBy.equals(other.notSeenBy);
  }
}
