package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.Report.InventoryDisk;
import dev.drover.protocol.message.Report.InventoryServer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A server of the catalog. It keeps its id as long as the environment and the hypervisor's own name
 * of it stay the same, and stays in the catalog when it disappears.
 *
 * @param machine what the newest inventory that saw it says
 * @param sourceType of the connector that saw it, for example {@code folder}; null when unknown
 * @param connectorIds every connector that saw it
 * @param replicationJobId the newest job
 * @param replicationJobTerminated whether that job was deleted or failed
 * @param lastSeen when the newest inventory that saw it was made, by the connector's clock
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

  private static final String PK = "SERVER";
  private static final String REFERENCE_PK = "SERVERREF";

  /** What an inventory decides; one that an inventory leaves out is removed. */
  private static final List<String> SEEN =
      List.of(
          "vmId",
          "vmName",
          "vmPath",
          "os",
          "firmware",
          "cpus",
          "memoryMib",
          "sourceType",
          "lastSeen",
          "connectorIds",
          "disks");

  /** Keeps its own set. */
  public Server {
    connectorIds = Set.copyOf(connectorIds);
  }

  /** The server, if the catalog has it. */
  public static Optional<Server> find(Table table, ServerId id) {
    return table.get(PK, id.value()).map(Server::read);
  }

  /** Every server whose id comes after that text, ascending. */
  public static Stream<Server> listAfter(Table table, String id) {
    return table.queryAfter(PK, id).map(Server::read);
  }

  static Server read(Item item) {
    return new Server(
        new ServerId(item.text(Item.SK)),
        new EnvironmentName(item.text("environment")),
        readMachine(item),
        item.findText("sourceType").orElse(null),
        item.textSet("connectorIds").stream()
            .map(ConnectorId::new)
            .collect(Collectors.toUnmodifiableSet()),
        item.findText("replicationJobId").map(JobId::new).orElse(null),
        item.flag("replicationJobTerminated"),
        item.time("lastSeen"));
  }

  private static InventoryServer readMachine(Item item) {
    return new InventoryServer(
        item.text("vmId"),
        item.text("vmName"),
        item.findText("vmPath").orElse(null),
        item.findText("os").orElse(null),
        Run.parseFirmware(item.text("firmware")),
        item.findNumber("cpus").map(Math::toIntExact).orElse(null),
        item.findNumber("memoryMib").orElse(null),
        item.items("disks").stream().map(Server::readDisk).toList());
  }

  private static InventoryDisk readDisk(Item disk) {
    return new InventoryDisk(
        new DiskId(disk.text("diskId")), disk.text("name"), disk.number("sizeBytes"));
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

  /** The server as a new item. */
  public Item toItem() {
    return machineItem()
        .with("environment", environment.value())
        .with("replicationJobId", replicationJobId == null ? null : replicationJobId.value())
        .with("replicationJobTerminated", replicationJobTerminated);
  }

  /** What inventories say of the server, if that is newer than what the table has. */
  public ItemUpdate see() {
    ItemUpdate update = ItemUpdate.of(PK, id.value());
    Map<String, AttributeValue> attributes = machineItem().attributes();
    for (String name : SEEN) {
      update.setValue(name, attributes.get(name));
    }
    return update.onlyIf("#lastSeen <= :seen", "lastSeen").value(":seen", lastSeen.toEpochMilli());
  }

  private Item machineItem() {
    return Item.of(PK, id.value())
        .with("vmId", machine.vmId())
        .with("vmName", machine.name())
        .with("vmPath", machine.vmPath())
        .with("os", machine.os())
        .with("firmware", Run.firmwareText(machine.firmware()))
        .with("cpus", machine.cpus())
        .with("memoryMib", machine.memoryMib())
        .with("sourceType", sourceType)
        .with("lastSeen", lastSeen)
        .withTextSet("connectorIds", connectorTexts())
        .withItems("disks", machine.disks().stream().map(Server::diskItem).toList());
  }

  private Set<String> connectorTexts() {
    return connectorIds.stream()
        .map(ConnectorId::value)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Item diskItem(InventoryDisk disk) {
    return Item.nested()
        .with("diskId", disk.diskId().value())
        .with("name", disk.name())
        .with("sizeBytes", (Long) disk.sizeBytes());
  }

  /** The item that finds a server by the hypervisor's name of it. */
  public Item referenceItem() {
    return Item.of(REFERENCE_PK, environment + "#" + machine.vmId()).with("serverId", id.value());
  }

  /** The server gets a job; only if its job is still the ended one that the caller saw, or none. */
  public ItemUpdate giveTo(JobId jobId) {
    ItemUpdate update =
        ItemUpdate.of(PK, id.value())
            .set("replicationJobId", jobId.value())
            .setValue("replicationJobTerminated", AttributeValue.fromBool(false));
    return replicationJobId == null
        ? update.onlyIfExists().onlyIf("attribute_not_exists(#replicationJobId)")
        : update.onlyIf("#replicationJobId = :old").value(":old", replicationJobId.value());
  }

  /** The server's job was deleted or failed. */
  public static ItemUpdate release(ServerId id, JobId jobId) {
    return ItemUpdate.of(PK, id.value())
        .setValue("replicationJobTerminated", AttributeValue.fromBool(true))
        .onlyIf("#replicationJobId = :job", "replicationJobId")
        .value(":job", jobId.value());
  }
}
