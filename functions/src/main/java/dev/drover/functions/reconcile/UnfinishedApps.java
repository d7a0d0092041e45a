package dev.drover.functions.reconcile;

import dev.drover.functions.app.AppReplication;
import dev.drover.functions.launch.LaunchSteps;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.State;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that applications have the jobs that are wanted of them and no others, and that their
 * launches and validations go on: a call or an execution may have died, or a server may have had no
 * connector then.
 */
final class UnfinishedApps implements Station {
  /** Each has up to 80 jobs. */
  private static final int PART = 10;

  private final State state;
  private final AppReplication replication;
  private final LaunchSteps launches;

  UnfinishedApps(State state, AppReplication replication, LaunchSteps launches) {
    this.state = state;
    this.replication = replication;
    this.launches = launches;
  }

  @Override
  public String word() {
    return "applications";
  }

  @Override
  public Leg look(@Nullable String from) {
    List<App> apps = state.apps().listAfter(from == null ? "" : from).limit(PART).toList();
    return new Leg(
        apps.stream().flatMap(this::work).toList(),
        apps.size() < PART ? null : apps.getLast().id().value());
  }

  private Stream<Work> work(App app) {
    Work replicated = new Work(Map.of("appId", app.id()), () -> replication.complete(app));
    Work launched = new Work(Map.of("appId", app.id()), () -> launches.advance(app));
    return Stream.concat(
        app.replication().round() > 0 ? Stream.of(replicated) : Stream.of(),
        app.launch().stage().isAtWork()
                || app.launch().stage() == LaunchStage.LAUNCHED
                || app.launch().round() == 0
            ? Stream.of(launched)
            : Stream.of());
  }
}
