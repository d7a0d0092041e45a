package dev.drover.functions.snapshot;

import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.ServerId;
import java.util.List;

/** No connector can be given a run. */
public final class NoConnectorException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  NoConnectorException(EnvironmentName environment, ServerId serverId, List<String> troubles) {
    super(
        "no connector of environment "
            + environment
            + " is associated that could replicate server "
            + serverId
            + ". "
            + (troubles.isEmpty()
                ? "Start one and wait until it has reported its inventory."
                : String.join(" ", troubles)));
  }
}
