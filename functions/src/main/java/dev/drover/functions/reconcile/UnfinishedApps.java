package dev.drover.functions.reconcile;

import dev.drover.functions.app.AppReplication;
import dev.drover.functions.state.App;
import dev.drover.functions.state.State;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that applications have the jobs that are wanted of them and no others: a call that was
 * to make or delete them may have died, or a server may have had no connector then.
 */
final class UnfinishedApps implements Station {
  /** Each has up to 80 jobs. */
  private static final int PART = 10;

  private final State state;
  private final AppReplication replication;

  UnfinishedApps(State state, AppReplication replication) {
    this.state = state;
    this.replication = replication;
  }

  @Override
  public String word() {
    return "applications";
  }

  @Override
  public Leg look(@Nullable String from) {
    List<App> apps = state.apps().listAfter(from == null ? "" : from).limit(PART).toList();
    return new Leg(
        apps.stream()
            .filter(app -> app.replication().round() > 0)
            .map(app -> new Work(Map.of("appId", app.id()), () -> replication.complete(app)))
            .toList(),
        apps.size() < PART ? null : apps.getLast().id().value());
  }
}
