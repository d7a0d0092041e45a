package dev.drover.functions.snapshot;

import dev.drover.protocol.RunId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Nothing more of a run became durable, however often connectors were given it. */
public final class NoProgressException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  NoProgressException(
      RunId runId, Instant since, int durableExtents, String lastError, List<String> troubles) {
    super(
        "run "
            + runId
            + " has made no progress since "
            + since.truncatedTo(ChronoUnit.SECONDS)
            + ", with "
            + durableExtents
            + " extents durable; what it waited for: "
            + lastError
            + (lastError.endsWith(".") ? " " : ". ")
            + (troubles.isEmpty() ? "See the connector's log." : String.join(" ", troubles)));
  }
}
