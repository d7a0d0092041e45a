package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connector as it reported itself.
 *
 * @param registration null until the registration arrived
 * @param lastSeen when a new report of the connector was last read, by the cloud's clock
 * @param disassociated whether it was told to leave
 */
public record Connector(
    ConnectorId id,
    EnvironmentName environment,
    @Nullable Registration registration,
    @Nullable Instant lastSeen,
    long inventorySequence,
    boolean disassociated) {

  /** A connector reports every 30 s; ten reports may be lost before it counts as unhealthy. */
  public static final Duration HEALTHY_WITHIN = Duration.ofMinutes(5);

  /**
   * What a connector says of itself when it starts.
   *
   * @param sourceType for example {@code folder}
   * @param capabilities values of SMS's ConnectorCapability
   * @param associatedOn when it first registered
   */
  public record Registration(
      String version,
      String sourceType,
      @Nullable String ipAddress,
      @Nullable String macAddress,
      List<String> capabilities,
      Instant associatedOn) {

    /** Keeps its own list. */
    public Registration {
      capabilities = List.copyOf(capabilities);
    }
  }

  /** Whether tasks may be given to it. */
  public boolean isHealthy(Instant now) {
    return !disassociated
        && registration != null
        && lastSeen != null
        && lastSeen.plus(HEALTHY_WITHIN).isAfter(now);
  }
}
