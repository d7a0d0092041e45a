package dev.drover.functions.report;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryServer;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Works an inventory into the catalog. A server that the connector does not see any more stays in
 * the table, so that it has its id when it comes back, and is said to be gone.
 *
 * <p>Idempotency key: when the newest inventory that was worked in whole arrived, and its sequence
 * number. What is in the table already is not written again, so a large inventory that runs out of
 * time goes on where it was when it is delivered again.
 *
 * <p>Two connectors may see one server: what arrived later counts, whoever sent it. Every time here
 * is S3's, never a connector's.
 */
final class CatalogUpdate {
  /** Twice what the largest vCenter that we ever heard of a page for has in one folder. */
  static final int MAX_SERVERS = 20_000;

  /** How exactly the table knows when a server that does not change was last seen. */
  private static final Duration LAST_SEEN_GRAIN = Duration.ofHours(1);

  /**
   * Each waits for the table most of the time: 10,000 new servers one by one took minutes. Four
   * write some 330 a second, two thirds of what a partition takes: 1,000 units, and a transaction
   * counts each item twice.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html">Partitions</a>
   */
  private static final int SERVERS_AT_ONCE = 4;

  private static final int MAX_TRIES = 5;

  private final State state;
  private final InstantSource clock;
  private final EventLog log;

  CatalogUpdate(State state, InstantSource clock, EventLog log) {
    this.state = state;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Works it in, unless a newer one of the connector was.
   *
   * @param arrived when S3 took it
   * @param deadline when to stop and be called again
   */
  void update(Report.Inventory inventory, Instant arrived, Instant deadline) {
    ReportOrigin origin = inventory.origin();
    Connector connector = state.connectors().find(origin.connectorId()).orElse(null);
    Connector.Inventory newest = connector == null ? null : connector.inventory();
    if (newest != null && newest.isAtLeast(origin, arrived)) {
      log.event("inventory-old", Map.of("connectorId", origin.connectorId()));
      return;
    }
    requireReasonable(inventory);
    InventoryProblems problems = new InventoryProblems(inventory);
    List<InventoryServer> taken =
        inventory.servers().stream().filter(machine -> !problems.isRefused(machine)).toList();
    // Who could not list its servers says why, and not that there are none.
    boolean isListed = !inventory.servers().isEmpty() || inventory.problems().isEmpty();
    boolean changed =
        isListed && upsertAll(new Seen(origin, sourceType(connector), arrived), taken, deadline);
    if (state.connectors().inventoried(origin, arrived, problems.kept())) {
      problems.logNews(
          origin.connectorId(),
          connector == null ? Connector.Problems.of(List.of()) : connector.problems(),
          log);
    }
    Instant now = clock.instant();
    if (!state.catalog().imported(now) && changed) {
      state.catalog().refreshed(now);
    }
    log.event(
        "inventory-taken",
        Map.of(
            "connectorId", origin.connectorId(),
            "servers", taken.size(),
            "problems", problems.kept().count()));
  }

  /**
   * Who saw what is worked in.
   *
   * @param sourceType of the connector, as far as it said
   */
  private record Seen(ReportOrigin by, @Nullable String sourceType, Instant at) {}

  private static void requireReasonable(Report.Inventory inventory) {
    if (inventory.servers().size() > MAX_SERVERS) {
      throw new InvalidMessageException(
          "an inventory has " + inventory.servers().size() + " servers, at most " + MAX_SERVERS);
    }
  }

  private boolean upsertAll(Seen seen, List<InventoryServer> machines, Instant deadline) {
    Map<String, Server> known = known(seen.by().environment());
    Catalog catalog = state.catalog().get();
    // Those of one name go to one thread, in their order.
    List<List<InventoryServer>> parts =
        List.copyOf(machines.stream().collect(Collectors.groupingBy(CatalogUpdate::part)).values());
    boolean changed =
        AtOnce.each(parts, part -> upsertPart(seen, part, known, catalog, deadline)).contains(true);
    return missMissing(seen, machines, known.values(), deadline) || changed;
  }

  /** Those that the connector saw before and that this inventory is without. */
  private boolean missMissing(
      Seen seen, List<InventoryServer> machines, Collection<Server> known, Instant deadline) {
    ConnectorId by = seen.by().connectorId();
    Set<String> present =
        machines.stream().map(InventoryServer::vmId).collect(Collectors.toUnmodifiableSet());
    boolean changed = false;
    for (Server server : known) {
      boolean isMissing =
          server.connectorIds().contains(by)
              && !server.notSeenBy().contains(by)
              && !present.contains(server.machine().vmId());
      if (isMissing) {
        requireTime(deadline);
        changed |= state.servers().see(server.missedBy(by));
      }
    }
    return changed;
  }

  private void requireTime(Instant deadline) {
    if (clock.instant().isAfter(deadline)) {
      throw new TransientException("the inventory goes on with the next delivery");
    }
  }

  private boolean upsertPart(
      Seen seen,
      List<InventoryServer> machines,
      Map<String, Server> known,
      Catalog catalog,
      Instant deadline) {
    boolean changed = false;
    for (InventoryServer machine : machines) {
      requireTime(deadline);
      changed |= upsert(seen, machine, known, catalog);
    }
    return changed;
  }

  private static int part(InventoryServer machine) {
    return Math.floorMod(machine.vmId().hashCode(), SERVERS_AT_ONCE);
  }

  private Map<String, Server> known(EnvironmentName environment) {
    Map<String, Server> known = new ConcurrentHashMap<>();
    state.servers().list(environment).forEach(server -> known.put(server.machine().vmId(), server));
    return known;
  }

  private static @Nullable String sourceType(@Nullable Connector connector) {
    Connector.Registration registration = connector == null ? null : connector.registration();
    return registration == null ? null : registration.sourceType();
  }

  private boolean upsert(
      Seen seen, InventoryServer machine, Map<String, Server> known, Catalog catalog) {
    Server old = known.get(machine.vmId());
    if (old == null) {
      known.put(machine.vmId(), add(seen, machine));
      return true;
    }
    String sourceType = seen.sourceType() == null ? old.sourceType() : seen.sourceType();
    Server now = old.seenAs(machine, sourceType, seen.by().connectorId(), seen.at());
    boolean changed = !now.isSameAs(old) || catalog.lost(old);
    if (changed || !old.lastSeen().plus(LAST_SEEN_GRAIN).isAfter(now.lastSeen())) {
      state.servers().see(now);
      known.put(machine.vmId(), now);
    }
    return changed;
  }

  private Server add(Seen seen, InventoryServer machine) {
    // Another connector of the environment adds it at this moment: then it is there the next time.
    return Tries.result(
        MAX_TRIES,
        "server " + machine.vmId() + " is being added by another report",
        () -> addOnce(seen, machine));
  }

  private Optional<Server> addOnce(Seen seen, InventoryServer machine) {
    Server server =
        new Server(
            state.ids().server(),
            seen.by().environment(),
            machine,
            seen.sourceType(),
            Set.of(seen.by().connectorId()),
            Set.of(),
            null,
            false,
            seen.at());
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
