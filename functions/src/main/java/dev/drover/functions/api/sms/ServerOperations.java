package dev.drover.functions.api.sms;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sms.model.DeleteServerCatalogRequest;
import software.amazon.awssdk.services.sms.model.DeleteServerCatalogResponse;
import software.amazon.awssdk.services.sms.model.GetServersRequest;
import software.amazon.awssdk.services.sms.model.GetServersResponse;
import software.amazon.awssdk.services.sms.model.ImportServerCatalogRequest;
import software.amazon.awssdk.services.sms.model.ImportServerCatalogResponse;
import software.amazon.awssdk.services.sms.model.VmServerAddress;

/** What callers can do with servers and their catalog. */
public final class ServerOperations {
  /** Each takes two reads; all servers of a large catalog take some thousands. */
  private static final int LOOKED_UP = 50;

  private final State state;
  private final ConnectorQueues queues;
  private final InstantSource clock;
  private final Supplier<String> taskIds;

  public ServerOperations(
      State state, ConnectorQueues queues, InstantSource clock, Supplier<String> taskIds) {
    this.state = state;
    this.queues = queues;
    this.clock = clock;
    this.taskIds = taskIds;
  }

  Map<String, Operation> operations() {
    return Map.of(
        "ImportServerCatalog",
        Operation.of(
            ImportServerCatalogRequest::builder,
            ImportServerCatalogRequest.class,
            this::importServerCatalog),
        "GetServers",
        Operation.of(GetServersRequest::builder, GetServersRequest.class, this::getServers),
        "DeleteServerCatalog",
        Operation.of(
            DeleteServerCatalogRequest::builder,
            DeleteServerCatalogRequest.class,
            this::deleteServerCatalog));
  }

  /**
   * Asks every healthy connector for its inventory. The catalog says IMPORTING before the first of
   * them is asked, or an answer that comes at once would find nothing to make AVAILABLE.
   */
  private ImportServerCatalogResponse importServerCatalog(
      ImportServerCatalogRequest request, Caller caller) {
    Instant now = clock.instant();
    List<Connector> all = state.connectors().list().toList();
    List<Connector> healthy = all.stream().filter(connector -> connector.isHealthy(now)).toList();
    if (healthy.isEmpty()) {
      throw noConnectors(all, now);
    }
    state.catalog().importing(now);
    long asked = healthy.stream().filter(this::askForInventory).count();
    if (asked == 0) {
      throw noConnectors(all, now);
    }
    return ImportServerCatalogResponse.builder().build();
  }

  private boolean askForInventory(Connector connector) {
    return queues.send(
        connector.id(),
        new ConnectorTask.TakeInventory(
            MessageJson.VERSION, taskIds.get(), connector.environment()));
  }

  private static ApiException noConnectors(List<Connector> all, Instant now) {
    return SmsErrors.noConnectors(
        "No connector is available to handle this request: verify that one is installed, runs and"
            + " shows as HEALTHY.",
        Connector.troublesOf(all, now));
  }

  /** Servers by id; none while the catalog is not imported, or when it is too old. */
  private GetServersResponse getServers(GetServersRequest request, Caller caller) {
    Catalog catalog = state.catalog().get().asOf(clock.instant(), this::newestInventory);
    Set<VmServerAddress> wanted = addresses(request);
    PageToken token = new PageToken("GetServers " + wanted.hashCode());
    String after = token.read(request.nextToken());
    Stream<Server> shown =
        catalog.status().showsServers() ? servers(wanted, after) : Stream.empty();
    Page<Server> page =
        Page.of(
            shown
                .filter(server -> !catalog.lost(server))
                .filter(server -> !server.isGone() || server.hasJob())
                .filter(server -> wanted.isEmpty() || isIn(wanted, server)),
            request.maxResults(),
            token,
            server -> server.id().value());
    return GetServersResponse.builder()
        .lastModifiedOn(catalog.lastModifiedOn().orElseGet(clock::instant))
        .serverCatalogStatus(catalog.status().name())
        .serverList(page.items().stream().map(ServerView::of).toList())
        .nextToken(page.nextToken())
        .build();
  }

  private Optional<Instant> newestInventory() {
    return state
        .connectors()
        .list()
        .map(Connector::inventory)
        .filter(Objects::nonNull)
        .map(Connector.Inventory::arrived)
        .max(Comparator.naturalOrder());
  }

  /**
   * Empties the catalog. Not while a server has a job that goes on, or is paused: whoever looks at
   * the job would not find its server.
   */
  private DeleteServerCatalogResponse deleteServerCatalog(
      DeleteServerCatalogRequest request, Caller caller) {
    Optional<Job> going = state.jobs().list().filter(job -> !job.state().freesServer()).findFirst();
    if (going.isPresent()) {
      throw ApiError.NOT_PERMITTED.because(
          "The server catalog cannot be deleted while replication jobs use it, such as "
              + going.get().id()
              + ", which is "
              + going.get().state()
              + ": delete the jobs first.");
    }
    state.catalog().delete(clock.instant());
    return DeleteServerCatalogResponse.builder().build();
  }

  private static Set<VmServerAddress> addresses(GetServersRequest request) {
    for (VmServerAddress address : request.vmServerAddressList()) {
      if (address.vmManagerId() == null || address.vmId() == null) {
        throw ApiError.INVALID_PARAMETER.because(
            "Each address of vmServerAddressList needs vmManagerId and vmId.");
      }
    }
    return request.vmServerAddressList().stream().collect(Collectors.toUnmodifiableSet());
  }

  /** A few addresses are looked up; for many, all servers are read. */
  private Stream<Server> servers(Set<VmServerAddress> wanted, String after) {
    return wanted.isEmpty() || wanted.size() > LOOKED_UP
        ? state.servers().listAfter(after)
        : wanted.stream()
            .flatMap(address -> find(address).stream())
            .filter(server -> server.id().value().compareTo(after) > 0)
            .sorted(Comparator.comparing(server -> server.id().value()));
  }

  private Optional<Server> find(VmServerAddress address) {
    try {
      return state.servers().find(new EnvironmentName(address.vmManagerId()), address.vmId());
    } catch (InvalidMessageException e) {
      // What has not the shape of an environment's name is none.
      return Optional.empty();
    }
  }

  private static boolean isIn(Set<VmServerAddress> wanted, Server server) {
    return wanted.contains(
        VmServerAddress.builder()
            .vmManagerId(server.environment().value())
            .vmId(server.machine().vmId())
            .build());
  }
}
