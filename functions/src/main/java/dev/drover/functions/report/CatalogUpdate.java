package dev.drover.functions.report;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works an inventory into the catalog. A server that the connector does not see any more stays, and
 * its lastSeen tells since when.
 *
 * <p>Idempotency key: the sequence number of the newest inventory that was worked in whole. What is
 * in the table already is not written again, so a large inventory that runs out of time goes on
 * where it was when it is delivered again.
 */
final class CatalogUpdate {
  /** Twice what the largest vCenter that we ever heard of a page for has in one folder. */
  static final int MAX_SERVERS = 20_000;

  /** More than any hypervisor gives one server, and far below an item's 400 KB. */
  static final int MAX_DISKS = 256;

  private static final int MAX_TEXT_CHARS = 1_024;

  /** How exactly the table knows when a server that does not change was last seen. */
  private static final Duration LAST_SEEN_GRAIN = Duration.ofHours(1);

  private static final int MAX_TRIES = 5;

  private final State state;
  private final InstantSource clock;
  private final EventLog log;

  CatalogUpdate(State state, InstantSource clock, EventLog log) {
    this.state = state;
    this.clock = clock;
    this.log = log;
  }

  /** Works it in, unless a newer one of the connector was. */
  void update(Report.Inventory inventory, Instant deadline) {
    ConnectorId connectorId = inventory.origin().connectorId();
    Connector connector = state.connectors().find(connectorId).orElse(null);
    if (connector != null && inventory.origin().sequence() <= connector.inventorySequence()) {
      log.event("inventory-old", Map.of("connectorId", connectorId));
      return;
    }
    requireReasonable(inventory);
    boolean changed = upsertAll(inventory, connector, deadline);
    state.connectors().inventoried(inventory.origin());
    Instant now = clock.instant();
    if (!state.catalog().imported(now) && changed) {
      state.catalog().refreshed(now);
    }
    log.event(
        "inventory-taken",
        Map.of(
            "connectorId", connectorId,
            "servers", inventory.servers().size(),
            "problems", inventory.problems().size()));
  }

  private static void requireReasonable(Report.Inventory inventory) {
    if (inventory.servers().size() > MAX_SERVERS) {
      throw new InvalidMessageException(
          "an inventory has " + inventory.servers().size() + " servers, at most " + MAX_SERVERS);
    }
  }

  private boolean upsertAll(
      Report.Inventory inventory, @Nullable Connector connector, Instant deadline) {
    Map<String, Server> known = known(inventory);
    boolean changed = false;
    for (InventoryServer machine : inventory.servers()) {
      if (clock.instant().isAfter(deadline)) {
        throw new TransientException("the inventory goes on with the next delivery");
      }
      if (isReasonable(machine)) {
        changed |= upsert(inventory, machine, sourceType(connector), known);
      } else {
        log.event("server-refused", Map.of("connectorId", inventory.origin().connectorId()));
      }
    }
    return changed;
  }

  private Map<String, Server> known(Report.Inventory inventory) {
    Map<String, Server> known = new HashMap<>();
    state
        .servers()
        .list()
        .filter(server -> server.environment().equals(inventory.origin().environment()))
        .forEach(server -> known.put(server.machine().vmId(), server));
    return known;
  }

  private static boolean isReasonable(InventoryServer machine) {
    return !machine.vmId().isEmpty()
        && isShort(machine.vmId())
        && isShort(machine.name())
        && isShort(machine.vmPath())
        && isShort(machine.os())
        && machine.disks().size() <= MAX_DISKS
        && machine.disks().stream().allMatch(disk -> isShort(disk.name()));
  }

  private static boolean isShort(@Nullable String text) {
    return text == null || text.length() <= MAX_TEXT_CHARS;
  }

  private static @Nullable String sourceType(@Nullable Connector connector) {
    Connector.Registration registration = connector == null ? null : connector.registration();
    return registration == null ? null : registration.sourceType();
  }

  private boolean upsert(
      Report.Inventory inventory,
      InventoryServer machine,
      @Nullable String sourceType,
      Map<String, Server> known) {
    Server old = known.get(machine.vmId());
    if (old == null) {
      known.put(machine.vmId(), add(inventory, machine, sourceType));
      return true;
    }
    Server seen =
        old.seenAs(
            machine,
            sourceType == null ? old.sourceType() : sourceType,
            inventory.origin().connectorId(),
            inventory.origin().time());
    boolean changed = !seen.isSameAs(old);
    if (changed || !old.lastSeen().plus(LAST_SEEN_GRAIN).isAfter(seen.lastSeen())) {
      state.servers().see(seen);
      known.put(machine.vmId(), seen);
    }
    return changed;
  }

  private Server add(
      Report.Inventory inventory, InventoryServer machine, @Nullable String sourceType) {
    // Another connector of the environment adds it at this moment: then it is there the next time.
    return Tries.result(
        MAX_TRIES,
        "server " + machine.vmId() + " is being added by another report",
        () -> addOnce(inventory, machine, sourceType));
  }

  private Optional<Server> addOnce(
      Report.Inventory inventory, InventoryServer machine, @Nullable String sourceType) {
    Server server =
        new Server(
            state.ids().server(),
            inventory.origin().environment(),
            machine,
            sourceType,
            Set.of(inventory.origin().connectorId()),
            null,
            false,
            inventory.origin().time());
    boolean added =
        state
            .transaction()
            .with(state.ids().take(server.id()))
            .with(state.servers().add(server))
            .commit();
    if (!added) {
      return Optional.empty();
    }
    log.event("server-added", Map.of("serverId", server.id(), "vmId", machine.vmId()));
    return Optional.of(server);
  }
}
