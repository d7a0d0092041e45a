package dev.drover.functions.app;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import java.util.Map;

/** Removes an application that neither is replicated nor has a stack; its servers are free. */
public final class AppRemoval {
  private final State state;
  private final ObjectStore objects;
  private final EventLog log;

  public AppRemoval(State state, ObjectStore objects, EventLog log) {
    this.state = state;
    this.objects = objects;
    this.log = log;
  }

  /** False: the application or one of its servers has changed since it was seen. */
  public boolean remove(App seen) {
    // Before its item: who finds no application looks for nothing of it.
    objects.delete(
        objects.list(AppObjects.prefix(seen.id())).map(ObjectStore.Listed::key).toList());
    state.launchedValidations().deleteAll(seen.id());
    state.commandedValidations().deleteAll(seen.id());
    Transaction transaction =
        state
            .transaction()
            .with(state.apps().remove(seen))
            .with(state.appConfigurations().removeAll(seen.id()))
            .with(state.testLaunches().remove(seen.id()));
    seen.servers().forEach(server -> transaction.with(state.servers().leave(server, seen.id())));
    if (!transaction.commit()) {
      return false;
    }
    log.event("app-deleted", Map.of("appId", seen.id()));
    return true;
  }
}
