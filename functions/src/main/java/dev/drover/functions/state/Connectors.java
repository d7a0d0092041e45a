package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The connectors in the table.
 *
 * <p>Reports come in any order, so each kind keeps the sequence number of its newest: one number
 * for all would let a late registration be lost behind an early status.
 */
public final class Connectors {
  private static final String PK = "CONNECTOR";
  private static final String ENVIRONMENT = "environment";
  private static final String VERSION = "version";
  private static final String SOURCE_TYPE = "sourceType";
  private static final String IP_ADDRESS = "ipAddress";
  private static final String MAC_ADDRESS = "macAddress";
  private static final String CAPABILITIES = "capabilities";
  private static final String ASSOCIATED_ON = "associatedOn";
  private static final String LAST_SEEN = "lastSeen";
  private static final String INVENTORY_SEQUENCE = "inventorySequence";
  private static final long NO_SEQUENCE = -1;

  private final Table table;

  Connectors(Table table) {
    this.table = table;
  }

  /** The connector, if it ever reported. */
  public Optional<Connector> find(ConnectorId id) {
    return table.get(PK, id.value()).map(Connectors::read);
  }

  /** Every connector, ascending by id. */
  public Stream<Connector> list() {
    return table.query(PK).map(Connectors::read);
  }

  /** Every connector whose id comes after that text, ascending. */
  public Stream<Connector> listAfter(String id) {
    return table.queryAfter(PK, id).map(Connectors::read);
  }

  /** A report came: the connector lives. False: a newer one was read before. */
  public boolean see(ReportOrigin origin, Instant now) {
    return table.update(newest(origin, "sequence").set(LAST_SEEN, now));
  }

  /** A connector says what it is. False: a newer registration was read before. */
  public boolean register(Report.Registration report, Instant now) {
    return table.update(
        newest(report.origin(), "registrationSequence")
            .set(VERSION, report.connectorVersion())
            .set(SOURCE_TYPE, report.sourceType())
            .set(IP_ADDRESS, report.ipAddress())
            .set(MAC_ADDRESS, report.macAddress())
            .setValue(
                CAPABILITIES,
                AttributeValue.fromL(
                    report.capabilities().stream().map(AttributeValue::fromS).toList()))
            .setIfAbsent(ASSOCIATED_ON, now));
  }

  /** An inventory has been worked in, all of it. False: a newer one was before. */
  public boolean inventoried(ReportOrigin origin) {
    return table.update(newest(origin, INVENTORY_SEQUENCE));
  }

  private static ItemUpdate newest(ReportOrigin origin, String sequenceName) {
    String name = "#" + sequenceName;
    return ItemUpdate.of(PK, origin.connectorId().value())
        .set(ENVIRONMENT, origin.environment().value())
        .set(sequenceName, (Long) origin.sequence())
        .onlyIf("attribute_not_exists(" + name + ") OR " + name + " < :sequence", sequenceName)
        .value(":sequence", origin.sequence());
  }

  private static Connector read(Item item) {
    return new Connector(
        new ConnectorId(item.text(Item.SK)),
        new EnvironmentName(item.text(ENVIRONMENT)),
        item.findText(VERSION).map(version -> readRegistration(version, item)).orElse(null),
        item.findTime(LAST_SEEN).orElse(null),
        item.findNumber(INVENTORY_SEQUENCE).orElse(NO_SEQUENCE),
        item.flag("disassociated"));
  }

  private static Connector.Registration readRegistration(String version, Item item) {
    return new Connector.Registration(
        version,
        item.text(SOURCE_TYPE),
        item.findText(IP_ADDRESS).orElse(null),
        item.findText(MAC_ADDRESS).orElse(null),
        item.texts(CAPABILITIES),
        item.time(ASSOCIATED_ON));
  }
}
