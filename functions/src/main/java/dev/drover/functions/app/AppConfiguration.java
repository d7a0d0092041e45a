package dev.drover.functions.app;

import dev.drover.functions.job.LicenseFit;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.LaunchConfiguration.ServerLaunch;
import dev.drover.functions.state.ReplicationSettings;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.functions.state.ValidationConfiguration;
import dev.drover.functions.state.Write;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How an application's servers are to be replicated and launched, and how it is validated. */
public final class AppConfiguration {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final EventLog log;

  public AppConfiguration(State state, EventLog log) {
    this.state = state;
    this.log = log;
  }

  /** Says how the servers are to be replicated, in the place of what was said before. */
  public AppOutcome putReplication(AppId id, List<ReplicationSettings> servers) {
    return change(
        id,
        app ->
            whileReplicating(app)
                .or(() -> strangers(app, servers.stream().map(ReplicationSettings::serverId)))
                .or(() -> unfitLicense(servers))
                .or(
                    () ->
                        commit(
                            app.replicationConfigured(true),
                            state.appConfigurations().putReplication(id, servers))));
  }

  private Optional<AppOutcome> unfitLicense(List<ReplicationSettings> servers) {
    return servers.stream()
        .filter(settings -> settings.licenseType() != null)
        .flatMap(
            settings ->
                state
                    .servers()
                    .find(settings.serverId())
                    .flatMap(server -> LicenseFit.objection(settings.licenseType(), server))
                    .stream())
        .findFirst()
        .map(AppOutcome.Unfit::new);
  }

  /** Takes back what was said; nothing was is the same. */
  public AppOutcome deleteReplication(AppId id) {
    return change(
        id,
        app ->
            whileReplicating(app)
                .or(
                    () ->
                        commit(
                            app.replicationConfigured(false),
                            state.appConfigurations().removeReplication(id))));
  }

  /** Says how the application is to be launched, in the place of what was said before. */
  public AppOutcome putLaunch(AppId id, LaunchConfiguration configuration) {
    return change(
        id,
        app ->
            strangers(app, configuration.servers().map(ServerLaunch::serverId))
                .or(
                    () ->
                        commit(
                            app.launchConfigured(true),
                            state.appConfigurations().putLaunch(id, configuration))));
  }

  /** Takes back what was said; nothing was is the same. */
  public AppOutcome deleteLaunch(AppId id) {
    return change(
        id, app -> commit(app.launchConfigured(false), state.appConfigurations().removeLaunch(id)));
  }

  /** Says how the application is to be validated, in the place of what was said before. */
  public AppOutcome putValidation(AppId id, ValidationWish wish) {
    return change(
        id,
        app -> {
          ValidationConfiguration before = state.appConfigurations().validation(id);
          return strangers(app, wish.ofServers().stream().map(it -> it.script().serverId()))
              .or(() -> wish.unknown(before).map(AppOutcome.Unfit::new))
              .or(
                  () ->
                      commit(
                          app,
                          state
                              .appConfigurations()
                              .putValidation(id, wish.over(before, state.ids()::validation))));
        });
  }

  /** Takes back what was said; nothing was is the same. */
  public AppOutcome deleteValidation(AppId id) {
    return change(id, app -> commit(app, state.appConfigurations().removeValidation(id)));
  }

  private interface Change {
    /** Empty when the application changed meanwhile. */
    Optional<AppOutcome> of(App app);
  }

  private AppOutcome change(AppId id, Change change) {
    return Tries.result(
        MAX_TRIES,
        "application " + id + " changes while it is configured",
        () ->
            state
                .apps()
                .find(id)
                .map(change::of)
                .orElseGet(() -> Optional.of(new AppOutcome.NoSuchApp())));
  }

  private static Optional<AppOutcome> whileReplicating(App app) {
    return app.replication().isWanted()
        ? Optional.of(
            new AppOutcome.NotNow(
                "Application "
                    + app.id()
                    + " is replicated by jobs that were made of its configuration; stop its"
                    + " replication first, or change a job with UpdateReplicationJob."))
        : Optional.empty();
  }

  private static Optional<AppOutcome> strangers(App app, Stream<ServerId> servers) {
    Set<ServerId> own = app.servers().collect(Collectors.toSet());
    return servers
        .filter(server -> !own.contains(server))
        .findFirst()
        .map(
            server ->
                new AppOutcome.Unfit("server " + server + " is not in application " + app.id()));
  }

  private Optional<AppOutcome> commit(App changed, Write configuration) {
    boolean written =
        state.transaction().with(state.apps().replace(changed)).with(configuration).commit();
    if (!written) {
      return Optional.empty();
    }
    log.event(
        "app-configured",
        Map.of(
            "appId", changed.id(),
            "replication", changed.replication().isConfigured(),
            "launch", changed.launch().isConfigured()));
    return Optional.of(new AppOutcome.Done(changed));
  }
}
