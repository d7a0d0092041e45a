package dev.drover.functions.app;

import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which servers may come into an application. A server is in one at most: its job is the
 * application's, and so is its launch.
 */
public final class Membership {
  private final State state;

  Membership(State state) {
    this.state = state;
  }

  /** What stands against it that these servers come into an application; empty: nothing. */
  Optional<AppOutcome> objection(List<ServerId> joining) {
    if (joining.isEmpty()) {
      return Optional.empty();
    }
    Catalog catalog = state.catalog().get();
    return AtOnce.each(joining, id -> objection(catalog, id)).stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<AppOutcome> objection(Catalog catalog, ServerId id) {
    Optional<Server> found =
        state
            .servers()
            .find(id)
            .filter(server -> !catalog.lost(server))
            .filter(server -> !server.isGone() || server.hasJob());
    if (catalog.status() == Catalog.Status.DELETED || found.isEmpty()) {
      return Optional.of(new AppOutcome.Unfit(notInCatalog(id.value())));
    }
    return found.map(Server::appId).filter(Objects::nonNull).map(app -> taken(id, app));
  }

  /** That a server is not in the catalog, the end of a sentence. */
  public static String notInCatalog(String serverId) {
    return "server "
        + serverId
        + " is not in the catalog; import the server catalog and look at it with GetServers";
  }

  private static AppOutcome taken(ServerId id, AppId app) {
    return new AppOutcome.NotNow(
        "Server " + id + " is in application " + app + "; take it out of that one first.");
  }
}
