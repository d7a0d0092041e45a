package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.Report.InventoryDisk;
import dev.drover.protocol.message.Report.InventoryServer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The servers of the catalog in the table. Beside each stands an item that finds it by the
 * hypervisor's own name of it, so that no two connectors add one server twice.
 */
public final class Servers {
  private static final String PK = "SERVER";
  private static final String REFERENCE_PK = "SERVERREF";
  private static final String SERVER_ID = "serverId";
  private static final String ENVIRONMENT = "environment";
  private static final String VM_ID = "vmId";
  private static final String VM_NAME = "vmName";
  private static final String VM_PATH = "vmPath";
  private static final String OS = "os";
  private static final String FIRMWARE = "firmware";
  private static final String CPUS = "cpus";
  private static final String MEMORY_MIB = "memoryMib";
  private static final String SOURCE_TYPE = "sourceType";
  private static final String LAST_SEEN = "lastSeen";
  private static final String CONNECTOR_IDS = "connectorIds";
  private static final String NOT_SEEN_BY = "notSeenBy";
  private static final String DISKS = "disks";
  private static final String DISK_ID = "diskId";
  private static final String DISK_NAME = "name";
  private static final String SIZE_BYTES = "sizeBytes";
  private static final String REPLICATION_JOB_ID = "replicationJobId";
  private static final String REPLICATION_JOB_TERMINATED = "replicationJobTerminated";
  private static final String APP_ID = "appId";

  /** What an inventory decides; one that an inventory leaves out is removed. */
  private static final List<String> SEEN =
      List.of(
          VM_ID,
          VM_NAME,
          VM_PATH,
          OS,
          FIRMWARE,
          CPUS,
          MEMORY_MIB,
          SOURCE_TYPE,
          LAST_SEEN,
          CONNECTOR_IDS,
          NOT_SEEN_BY,
          DISKS);

  /** Bytes of a sort key, at most: DynamoDB's own limit. */
  private static final int MAX_KEY_BYTES = 1_024;

  private final Table table;

  Servers(Table table) {
    this.table = table;
  }

  /** The server, if the catalog has it. */
  public Optional<Server> find(ServerId id) {
    return table.get(PK, id.value()).map(Servers::read);
  }

  /** Those of the servers that the catalog has. */
  public List<Server> findAll(Collection<ServerId> ids) {
    return table.getAll(PK, ids.stream().map(ServerId::value)).stream().map(Servers::read).toList();
  }

  /** Whether a server of that name can be in the catalog. */
  public static boolean fits(EnvironmentName environment, String vmId) {
    return reference(environment, vmId).getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES;
  }

  /** The server that a hypervisor calls so, if the catalog has it. */
  public Optional<Server> find(EnvironmentName environment, String vmId) {
    if (!fits(environment, vmId)) {
      return Optional.empty();
    }
    return table
        .get(REFERENCE_PK, reference(environment, vmId))
        .map(reference -> new ServerId(reference.text(SERVER_ID)))
        .flatMap(this::find);
  }

  private static String reference(EnvironmentName environment, String vmId) {
    return environment + "#" + vmId;
  }

  /** Every server, ascending by id. */
  public Stream<Server> list() {
    return table.query(PK).map(Servers::read);
  }

  /** Every server of an environment, ascending by id; it looks through all of the account. */
  public Stream<Server> list(EnvironmentName environment) {
    return table
        .query(PK)
        .filter(item -> item.text(ENVIRONMENT).equals(environment.value()))
        .map(Servers::read);
  }

  /** Every server whose id comes after that text, ascending. */
  public Stream<Server> listAfter(String id) {
    return table.queryAfter(PK, id).map(Servers::read);
  }

  /** A new server; only if neither its id nor the hypervisor's name of it is known. */
  public Write add(Server server) {
    return Write.all(
        table.putIfAbsent(
            Item.of(REFERENCE_PK, reference(server.environment(), server.machine().vmId()))
                .with(SERVER_ID, server.id().value())),
        table.putIfAbsent(item(server)));
  }

  /**
   * What an inventory says of the server. False: the table has what arrived later, from this
   * connector or from another that sees the same server.
   */
  public boolean see(Server server) {
    ItemUpdate update = ItemUpdate.of(PK, server.id().value());
    Map<String, AttributeValue> attributes = machineItem(server).attributes();
    for (String name : SEEN) {
      update.setValue(name, attributes.get(name));
    }
    return table.update(
        update
            .onlyIf("#lastSeen <= :seen", LAST_SEEN)
            .value(":seen", server.lastSeen().toEpochMilli()));
  }

  /**
   * The server gets a job; only if its job is still the one that the caller saw, and as free to be
   * replaced, or none.
   */
  public Write giveTo(Server server, JobId jobId) {
    ItemUpdate update =
        ItemUpdate.of(PK, server.id().value())
            .set(REPLICATION_JOB_ID, jobId.value())
            .set(REPLICATION_JOB_TERMINATED, false);
    JobId old = server.replicationJobId();
    return table.change(
        old == null
            ? update.onlyIfExists().onlyIf("attribute_not_exists(#replicationJobId)")
            : update
                .onlyIf("#replicationJobId = :old")
                .value(":old", old.value())
                // One that failed may have been resumed meanwhile.
                .onlyIf("#replicationJobTerminated = :terminated")
                .value(":terminated", server.replicationJobTerminated()));
  }

  /** The server's job, which had failed, is resumed; only while the server has no other. */
  public Write takeBack(ServerId id, JobId jobId) {
    return table.change(
        ItemUpdate.of(PK, id.value())
            .set(REPLICATION_JOB_TERMINATED, false)
            .onlyIf("#replicationJobId = :job", REPLICATION_JOB_ID)
            .value(":job", jobId.value()));
  }

  /** The server's job was deleted or failed; only while it is the server's. */
  public Write release(ServerId id, JobId jobId) {
    return table.change(
        ItemUpdate.of(PK, id.value())
            .set(REPLICATION_JOB_TERMINATED, true)
            .onlyIf("#replicationJobId = :job", REPLICATION_JOB_ID)
            .value(":job", jobId.value()));
  }

  /** The server comes into the application; only while it is in none. */
  public Write join(ServerId id, AppId appId) {
    return table.change(
        ItemUpdate.of(PK, id.value())
            .set(APP_ID, appId.value())
            .onlyIfExists()
            .onlyIf("attribute_not_exists(#appId)"));
  }

  /** The server leaves the application; only while it is in it. */
  public Write leave(ServerId id, AppId appId) {
    return table.change(
        ItemUpdate.of(PK, id.value())
            .remove(APP_ID)
            .onlyIf("#appId = :app")
            .value(":app", appId.value()));
  }

  private static Item item(Server server) {
    JobId jobId = server.replicationJobId();
    AppId appId = server.appId();
    return machineItem(server)
        .with(ENVIRONMENT, server.environment().value())
        .with(REPLICATION_JOB_ID, jobId == null ? null : jobId.value())
        .with(REPLICATION_JOB_TERMINATED, server.replicationJobTerminated())
        .with(APP_ID, appId == null ? null : appId.value());
  }

  private static Item machineItem(Server server) {
    InventoryServer machine = server.machine();
    return Item.of(PK, server.id().value())
        .with(VM_ID, machine.vmId())
        .with(VM_NAME, machine.name())
        .with(VM_PATH, machine.vmPath())
        .with(OS, machine.os())
        .with(FIRMWARE, FirmwareText.of(machine.firmware()))
        .with(CPUS, machine.cpus())
        .with(MEMORY_MIB, machine.memoryMib())
        .with(SOURCE_TYPE, server.sourceType())
        .with(LAST_SEEN, server.lastSeen())
        .withTextSet(CONNECTOR_IDS, texts(server.connectorIds()))
        .withTextSet(NOT_SEEN_BY, texts(server.notSeenBy()))
        .withItems(DISKS, machine.disks().stream().map(Servers::diskItem).toList());
  }

  private static Set<String> texts(Set<ConnectorId> ids) {
    return ids.stream().map(ConnectorId::value).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Item diskItem(InventoryDisk disk) {
    return Item.nested()
        .with(DISK_ID, disk.diskId().value())
        .with(DISK_NAME, disk.name())
        .with(SIZE_BYTES, (Long) disk.sizeBytes());
  }

  private static Server read(Item item) {
    return new Server(
        new ServerId(item.text(Item.SK)),
        new EnvironmentName(item.text(ENVIRONMENT)),
        readMachine(item),
        item.findText(SOURCE_TYPE).orElse(null),
        connectorIds(item, CONNECTOR_IDS),
        connectorIds(item, NOT_SEEN_BY),
        item.findText(REPLICATION_JOB_ID).map(JobId::new).orElse(null),
        item.flag(REPLICATION_JOB_TERMINATED),
        item.findText(APP_ID).map(AppId::new).orElse(null),
        item.time(LAST_SEEN));
  }

  private static Set<ConnectorId> connectorIds(Item item, String name) {
    return item.textSet(name).stream()
        .map(ConnectorId::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static InventoryServer readMachine(Item item) {
    return new InventoryServer(
        item.text(VM_ID),
        item.text(VM_NAME),
        item.findText(VM_PATH).orElse(null),
        item.findText(OS).orElse(null),
        FirmwareText.parse(item.text(FIRMWARE)),
        item.findNumber(CPUS).map(Math::toIntExact).orElse(null),
        item.findNumber(MEMORY_MIB).orElse(null),
        item.items(DISKS).stream().map(Servers::readDisk).toList());
  }

  private static InventoryDisk readDisk(Item disk) {
    return new InventoryDisk(
        new DiskId(disk.text(DISK_ID)), disk.text(DISK_NAME), disk.number(SIZE_BYTES));
  }
}
