package dev.drover.functions.state;

import dev.drover.functions.account.Ec2Text;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Shortened;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The connectors in the table.
 *
 * <p>Reports are read in any order, so each kind keeps when its newest arrived: one time for all
 * would let a late registration be lost behind an early status. When a report arrived is S3's word,
 * because a connector's clock may be wrong, and the numbers that it gives its reports follow that
 * clock; they tell only which of two came later within one of S3's seconds.
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
  private static final String SEQUENCE = "sequence";
  private static final String CLOCK_SKEW_SECONDS = "clockSkewSeconds";
  private static final String SLOTS = "slots";
  private static final String ACTIVE_TASKS = "activeTasks";
  private static final String QUEUED_TASKS = "queuedTasks";
  private static final String ABANDONED = "abandoned";
  private static final String TROUBLE = "trouble";
  private static final String FAREWELL = "farewell";
  private static final String INSTANCE = "instance";
  private static final String INSTANCE_BEFORE = "instanceBefore";
  private static final String INTERLEAVED_AT = "interleavedAt";
  private static final String INVENTORY_AT = "inventoryAt";
  private static final String INVENTORY_SEQUENCE = "inventorySequence";
  private static final String DISASSOCIATED = "disassociated";
  private static final String PROBLEMS = "problems";
  private static final String PROBLEM_COUNT = "problemCount";

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

  /** A report came: the connector lives. False: one that arrived later was read before. */
  public boolean see(Report report, Instant arrived) {
    return see(report, arrived, Connector.Processes.NONE);
  }

  /**
   * The same of a connector that was seen before.
   *
   * @param known the processes that were seen
   */
  public boolean see(Report report, Instant arrived, Connector.Processes known) {
    Connector.Processes processes = known.after(report.origin().instance(), arrived);
    ItemUpdate update =
        newest(report.origin(), arrived, LAST_SEEN, SEQUENCE)
            .set(INSTANCE, processes.newest())
            .set(INSTANCE_BEFORE, processes.before())
            .set(INTERLEAVED_AT, processes.interleavedAt())
            .set(
                CLOCK_SKEW_SECONDS,
                (Long) Connector.Arrival.of(report.origin(), arrived).clockSkew().toSeconds());
    return table.update(report instanceof Report.Status status ? loaded(update, status) : update);
  }

  private static ItemUpdate loaded(ItemUpdate update, Report.Status status) {
    return update
        .set(SLOTS, (Integer) status.slots())
        .set(ACTIVE_TASKS, (Integer) status.activeTasks())
        .set(QUEUED_TASKS, (Integer) status.queuedTasks())
        .set(ABANDONED, status.abandoned())
        .set(TROUBLE, status.trouble() == null ? null : shortened(status.trouble()))
        .set(FAREWELL, (Boolean) Boolean.TRUE.equals(status.farewell()));
  }

  private static String shortened(String trouble) {
    return Shortened.shown(Ec2Text.printable(trouble), Connector.Problems.MAX_SENTENCE_CHARS);
  }

  /** A connector says what it is. False: a newer registration was read before. */
  public boolean register(Report.Registration report, Instant arrived) {
    return table.update(
        newest(report.origin(), arrived, "registrationAt", "registrationSequence")
            .set(VERSION, report.connectorVersion())
            .set(SOURCE_TYPE, report.sourceType())
            .set(IP_ADDRESS, report.ipAddress())
            .set(MAC_ADDRESS, report.macAddress())
            .setValue(CAPABILITIES, Item.texts(report.capabilities()))
            .setIfAbsent(ASSOCIATED_ON, arrived));
  }

  /** An inventory has been worked in, all of it. False: a newer one was before. */
  public boolean inventoried(ReportOrigin origin, Instant arrived, Connector.Problems problems) {
    return table.update(
        newest(origin, arrived, INVENTORY_AT, INVENTORY_SEQUENCE)
            .setValue(PROBLEMS, Item.texts(problems.sentences()))
            .set(PROBLEM_COUNT, (Integer) problems.count()));
  }

  /** The connector is told to leave. False: it never reported. */
  public boolean disassociate(ConnectorId id) {
    return table.update(
        ItemUpdate.of(PK, id.value()).set(DISASSOCIATED, (Boolean) true).onlyIfExists());
  }

  private static ItemUpdate newest(
      ReportOrigin origin, Instant arrived, String timeName, String sequenceName) {
    String time = "#" + timeName;
    return ItemUpdate.of(PK, origin.connectorId().value())
        .set(ENVIRONMENT, origin.environment().value())
        .set(timeName, arrived)
        .set(sequenceName, (Long) origin.sequence())
        .onlyIf(
            "attribute_not_exists(%s) OR %s < :arrived OR (%s = :arrived AND #%s < :sequence)"
                .formatted(time, time, time, sequenceName),
            timeName,
            sequenceName)
        .value(":arrived", arrived.toEpochMilli())
        .value(":sequence", origin.sequence());
  }

  private static Connector read(Item item) {
    return new Connector(
        new ConnectorId(item.text(Item.SK)),
        new EnvironmentName(item.text(ENVIRONMENT)),
        item.findText(VERSION).map(version -> readRegistration(version, item)).orElse(null),
        item.findTime(LAST_SEEN).map(time -> readArrival(time, item)).orElse(null),
        item.findNumber(SLOTS).map(slots -> readLoad(item)).orElse(null),
        new Connector.Condition(
            item.findNumber(ABANDONED).orElse(0L).intValue(),
            item.findText(TROUBLE).orElse(null),
            item.flag(FAREWELL)),
        new Connector.Processes(
            item.findText(INSTANCE).orElse(null),
            item.findText(INSTANCE_BEFORE).orElse(null),
            item.findTime(INTERLEAVED_AT).orElse(null)),
        item.findTime(INVENTORY_AT).map(time -> readInventory(time, item)).orElse(null),
        item.flag(DISASSOCIATED));
  }

  private static Connector.Arrival readArrival(Instant time, Item item) {
    return new Connector.Arrival(
        time, Duration.ofSeconds(item.findNumber(CLOCK_SKEW_SECONDS).orElse(0L)));
  }

  private static Connector.Load readLoad(Item item) {
    return new Connector.Load(
        item.count(SLOTS), item.count(ACTIVE_TASKS), item.count(QUEUED_TASKS));
  }

  private static Connector.Inventory readInventory(Instant arrived, Item item) {
    return new Connector.Inventory(
        arrived,
        item.number(INVENTORY_SEQUENCE),
        new Connector.Problems(item.texts(PROBLEMS), item.count(PROBLEM_COUNT)));
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
