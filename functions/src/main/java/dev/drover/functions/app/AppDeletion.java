package dev.drover.functions.app;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import java.util.Map;
import java.util.Optional;

/** Deletes an application; its servers are free for another one. */
public final class AppDeletion {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final EventLog log;

  public AppDeletion(State state, EventLog log) {
    this.state = state;
    this.log = log;
  }

  /**
   * Deletes it; one that was deleted before stays so, because whoever did not hear of it asks
   * again.
   *
   * @return whether there is or was such an application
   */
  public boolean delete(AppId id) {
    return Tries.result(
        MAX_TRIES, "application " + id + " changes while it is deleted", () -> once(id));
  }

  /** Empty when the application changed meanwhile. */
  private Optional<Boolean> once(AppId id) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return Optional.of(state.ids().isTaken(id));
    }
    Transaction transaction = state.transaction().with(state.apps().remove(found.get()));
    found.get().servers().forEach(server -> transaction.with(state.servers().leave(server, id)));
    if (!transaction.commit()) {
      return Optional.empty();
    }
    log.event("app-deleted", Map.of("appId", id));
    return Optional.of(true);
  }
}
