package dev.drover.protocol.message;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who reports, and when.
 *
 * @param sequence grows with every report of the connector, over restarts too; of one attempt an
 *     older one is ignored
 * @param time by the connector's clock, which may be wrong: it is compared with the cloud's, and
 *     nothing is ordered by it
 * @param instance names the process, by chance: two that work under one id are told apart by it;
 *     null: it does not say
 */
public record ReportOrigin(
    EnvironmentName environment,
    ConnectorId connectorId,
    long sequence,
    Instant time,
    @Nullable String instance) {
  /** Of a process that does not say which. */
  public ReportOrigin(
      EnvironmentName environment, ConnectorId connectorId, long sequence, Instant time) {
    this(environment, connectorId, sequence, time, null);
  }

  /** Refuses an origin with a part missing. */
  public ReportOrigin {
    InvalidMessageException.requirePresent(environment, "origin.environment");
    InvalidMessageException.requirePresent(connectorId, "origin.connectorId");
    InvalidMessageException.require(sequence >= 0, "origin.sequence is " + sequence);
    InvalidMessageException.requirePresent(time, "origin.time");
  }
}
