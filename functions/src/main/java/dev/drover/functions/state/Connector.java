package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A connector as it reported itself.
 *
 * <p>Reports come in any order, so each kind keeps the sequence number of its newest: one number
 * for all would let a late registration be lost behind an early status.
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

  private static final String PK = "CONNECTOR";
  private static final long NO_SEQUENCE = -1;

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

  /** The connector, if it ever reported. */
  public static Optional<Connector> find(Table table, ConnectorId id) {
    return table.get(PK, id.value()).map(Connector::read);
  }

  /** Every connector whose id comes after that text, ascending. */
  public static Stream<Connector> listAfter(Table table, String id) {
    return table.queryAfter(PK, id).map(Connector::read);
  }

  /** Whether tasks may be given to it. */
  public boolean isHealthy(Instant now) {
    return !disassociated
        && registration != null
        && lastSeen != null
        && lastSeen.plus(HEALTHY_WITHIN).isAfter(now);
  }

  static Connector read(Item item) {
    return new Connector(
        new ConnectorId(item.text(Item.SK)),
        new EnvironmentName(item.text("environment")),
        item.findText("version").map(version -> readRegistration(version, item)).orElse(null),
        item.findTime("lastSeen").orElse(null),
        item.findNumber("inventorySequence").orElse(NO_SEQUENCE),
        item.flag("disassociated"));
  }

  private static Registration readRegistration(String version, Item item) {
    return new Registration(
        version,
        item.text("sourceType"),
        item.findText("ipAddress").orElse(null),
        item.findText("macAddress").orElse(null),
        item.texts("capabilities"),
        item.time("associatedOn"));
  }

  /** Any report newer than all that were read: the connector lives. */
  public static ItemUpdate see(ReportOrigin origin, Instant now) {
    return newest(origin, "sequence").set("lastSeen", now);
  }

  /** The newest registration. */
  public static ItemUpdate register(Report.Registration report, Instant now) {
    return newest(report.origin(), "registrationSequence")
        .set("version", report.connectorVersion())
        .set("sourceType", report.sourceType())
        .set("ipAddress", report.ipAddress())
        .set("macAddress", report.macAddress())
        .setValue(
            "capabilities",
            AttributeValue.fromL(
                report.capabilities().stream().map(AttributeValue::fromS).toList()))
        .setIfAbsent("associatedOn", now);
  }

  /** The newest inventory has been worked in, all of it. */
  public static ItemUpdate inventoried(ReportOrigin origin) {
    return newest(origin, "inventorySequence");
  }

  private static ItemUpdate newest(ReportOrigin origin, String sequenceName) {
    String name = "#" + sequenceName;
    return ItemUpdate.of(PK, origin.connectorId().value())
        .set("environment", origin.environment().value())
        .set(sequenceName, (Long) origin.sequence())
        .onlyIf("attribute_not_exists(" + name + ") OR " + name + " < :sequence", sequenceName)
        .value(":sequence", origin.sequence());
  }
}
