package dev.drover.functions.app;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.ServerReplication;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.ReplicationSettings;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replicates the servers of an application: each has a job of its own, which goes on whatever
 * becomes of the others.
 *
 * <p>That the replication is wanted is written first; then its jobs are made. Each start is a
 * round, and names the requests that make its jobs: so whoever starts twice, or after a crash in
 * the middle, only makes the jobs that are missing.
 */
public final class AppReplication {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final JobCreation creation;
  private final RunStarter starter;
  private final int recentAmisToKeep;
  private final InstantSource clock;
  private final EventLog log;

  /**
   * Wires the feature.
   *
   * @param recentAmisToKeep of a server that says none; 0: all
   */
  public AppReplication(
      State state,
      JobCreation creation,
      RunStarter starter,
      int recentAmisToKeep,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.creation = creation;
    this.starter = starter;
    this.recentAmisToKeep = recentAmisToKeep;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Starts the replication, or makes the jobs that are missing in it, in the place of deleted ones
   * too. A server that gets none holds up no other; the application says why.
   */
  public AppOutcome start(AppId id) {
    AppOutcome outcome =
        Tries.result(
            MAX_TRIES, "application " + id + " changes while it is started", () -> want(id));
    if (outcome instanceof AppOutcome.Done done) {
      makeJobs(done.app(), deletedJobs(done.app()));
    }
    return outcome;
  }

  /** By their servers; those of a replication that was started just now are none. */
  private Map<ServerId, JobId> deletedJobs(App app) {
    return jobs(app.replication())
        .filter(job -> job.state() == Job.State.DELETED)
        .collect(Collectors.toMap(Job::serverId, Job::id));
  }

  /** Empty when the application changed meanwhile. */
  private Optional<AppOutcome> want(AppId id) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return Optional.of(new AppOutcome.NoSuchApp());
    }
    App app = found.get();
    if (app.launch().thenDelete()) {
      return notNow("Application " + id + " is being deleted.");
    }
    if (app.replication().isWanted()) {
      return Optional.of(new AppOutcome.Done(app));
    }
    return notReady(app).or(() -> replaced(app.replicated(app.replication().started())));
  }

  private Optional<AppOutcome> replaced(App changed) {
    if (!state.transaction().with(state.apps().replace(changed)).commit()) {
      return Optional.empty();
    }
    log.event(
        "app-replication",
        Map.of(
            "appId", changed.id(),
            "wanted", changed.replication().isWanted(),
            "round", changed.replication().round()));
    return state.apps().find(changed.id()).map(AppOutcome.Done::new);
  }

  private Optional<AppOutcome> notReady(App app) {
    if (app.servers().findAny().isEmpty()) {
      return notNow("Application " + app.id() + " has no servers; give it some with UpdateApp.");
    }
    Map<ServerId, ReplicationSettings> settings = settings(app);
    return app.servers()
        .filter(server -> !settings.containsKey(server))
        .findFirst()
        .flatMap(
            server ->
                notNow(
                    "The replication of server %s is not configured; call PutAppReplicationConfiguration for all servers of application %s first."
                        .formatted(server, app.id())));
  }

  private Map<ServerId, ReplicationSettings> settings(App app) {
    return state.appConfigurations().replication(app.id()).stream()
        .collect(Collectors.toMap(ReplicationSettings::serverId, Function.identity()));
  }

  /**
   * Does what a call left undone that died, or that found no connector: jobs that are missing are
   * made, jobs that are not wanted any more are deleted. Nothing left is the same.
   */
  public void complete(App app) {
    App.Replication replication = app.replication();
    if (!replication.isWanted()) {
      delete(jobs(replication).filter(AppReplication::isUnended).map(Job::id).toList());
    } else if (app.serversWithoutReplication().findAny().isPresent()
        || replication.servers().stream().anyMatch(server -> server.jobId() == null)) {
      makeJobs(app, Map.of());
    }
  }

  private static boolean isUnended(Job job) {
    return !job.state().isEnded() && job.state() != Job.State.DELETING;
  }

  private Stream<Job> jobs(App.Replication replication) {
    return state.jobs().findAll(replication.jobIds()).stream();
  }

  private void makeJobs(App app, Map<ServerId, JobId> deleted) {
    Map<ServerId, ReplicationSettings> settings = settings(app);
    Map<ServerId, ServerReplication> known =
        app.replication().servers().stream()
            .filter(it -> it.jobId() != null && !deleted.containsKey(it.serverId()))
            .collect(Collectors.toMap(ServerReplication::serverId, Function.identity()));
    List<ServerReplication> made =
        AtOnce.each(
            app.servers().toList(),
            server ->
                Optional.ofNullable(known.get(server))
                    .orElseGet(
                        () ->
                            replicated(
                                app,
                                server,
                                settings.get(server),
                                request(app, deleted.get(server)))));
    boolean isStillWanted =
        Tries.result(MAX_TRIES, "application " + app.id() + " changes", () -> keep(app, made));
    if (!isStillWanted) {
      delete(app.replication().with(made).jobIds());
    }
  }

  /** False: the replication was stopped meanwhile. Empty when the application changed. */
  private Optional<Boolean> keep(App started, List<ServerReplication> made) {
    App.Replication round = started.replication();
    Optional<App> now =
        state
            .apps()
            .find(started.id())
            .filter(app -> app.replication().isWanted())
            .filter(app -> app.replication().round() == round.round());
    if (now.isEmpty()) {
      return Optional.of(false);
    }
    App kept = now.get().replicated(now.get().replication().with(made));
    return state.transaction().with(state.apps().replace(kept)).commit()
        ? Optional.of(true)
        : Optional.empty();
  }

  private static String request(App app, @Nullable JobId deleted) {
    AppRound round = AppRound.of(app);
    return deleted == null ? round.request() : round.requestAfter(deleted);
  }

  private ServerReplication replicated(
      App app, ServerId server, @Nullable ReplicationSettings settings, String request) {
    if (settings == null) {
      return ServerReplication.failed(server, "its replication is not configured.");
    }
    try {
      return replicated(server, creation.create(wish(app, settings, request)));
    } catch (TransientException e) {
      log.failure("app-server-not-replicated", Map.of("appId", app.id(), "serverId", server), e);
      return ServerReplication.failed(
          server, "its job could not be made now; start the replication again.");
    }
  }

  private JobCreation.Wish wish(App app, ReplicationSettings settings, String request) {
    Integer keep = settings.recentAmisToKeep();
    return new JobCreation.Wish(
        settings.serverId(),
        settings.seedTime() == null ? clock.instant() : settings.seedTime(),
        settings.frequencyHours(),
        Boolean.TRUE.equals(settings.runOnce()),
        new Job.Settings(
            settings.licenseType(),
            app.about().roleName(),
            app.about().name(),
            keep == null ? recentAmisToKeep : keep,
            Boolean.TRUE.equals(settings.encrypted()),
            settings.kmsKeyId()),
        request);
  }

  private static ServerReplication replicated(ServerId server, JobCreation.Outcome outcome) {
    return switch (outcome) {
      case JobCreation.Outcome.Created created ->
          new ServerReplication(server, created.jobId(), null);
      case JobCreation.Outcome.NoSuchServer none ->
          ServerReplication.failed(server, "it is not in the catalog.");
      case JobCreation.Outcome.JobExists exists ->
          ServerReplication.failed(
              server,
              "it has replication job %s, which is not the application's; delete that, and start the replication again."
                  .formatted(exists.jobId()));
      case JobCreation.Outcome.NotReplicable not ->
          ServerReplication.failed(server, "it cannot be replicated: " + not.reason() + ".");
      case JobCreation.Outcome.Unfit unfit ->
          ServerReplication.failed(server, unfit.complaint() + ".");
      case JobCreation.Outcome.NoConnector none ->
          ServerReplication.failed(
              server,
              "no healthy connector serves environment %s; start the replication again when one does. %s"
                  .formatted(none.environment(), String.join(" ", none.troubles()))
                  .strip());
    };
  }

  /** Stops the replication: its jobs are deleted, their AMIs are kept. Again is the same. */
  public AppOutcome stop(AppId id) {
    AppOutcome outcome =
        Tries.result(
            MAX_TRIES, "application " + id + " changes while it is stopped", () -> unwant(id));
    if (outcome instanceof AppOutcome.Done done) {
      delete(done.app().replication().jobIds());
    }
    return outcome;
  }

  /**
   * The replication is not wanted any more; its jobs stay as they are. Empty when the application
   * changed meanwhile.
   */
  Optional<AppOutcome> unwant(AppId id) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return Optional.of(new AppOutcome.NoSuchApp());
    }
    App app = found.get();
    if (app.replication().round() == 0) {
      return notNow("Application " + id + " is not replicated.");
    }
    return app.replication().isWanted()
        ? replaced(app.replicated(app.replication().stopped(jobs(app))))
        : Optional.of(new AppOutcome.Done(app));
  }

  /**
   * Whether somebody has to stop the replication before the application can go: one of its jobs
   * runs, or may.
   */
  boolean isGoing(App app) {
    return app.replication().isWanted()
        && jobs(app.replication().with(jobs(app))).anyMatch(job -> !job.state().freesServer());
  }

  /** The jobs of the round: the servers know of each, also of such as were made before a crash. */
  private List<ServerReplication> jobs(App app) {
    return AtOnce.each(
            app.servers().toList(),
            server -> {
              Optional<JobId> job =
                  state
                      .servers()
                      .find(server)
                      .map(Server::replicationJobId)
                      .flatMap(state.jobs()::find)
                      .filter(it -> AppRound.of(it).filter(AppRound.of(app)::equals).isPresent())
                      .map(Job::id);
              return job.map(id -> new ServerReplication(server, id, null));
            })
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private void delete(List<JobId> jobs) {
    long left = AtOnce.each(jobs, this::isDeleted).stream().filter(done -> !done).count();
    if (left > 0) {
      throw new TransientException(left + " jobs of an application were not deleted; see the log");
    }
  }

  private boolean isDeleted(JobId job) {
    try {
      starter.delete(job);
      return true;
    } catch (TransientException e) {
      log.failure("app-job-not-deleted", Map.of("jobId", job), e);
      return false;
    }
  }

  private static Optional<AppOutcome> notNow(String reason) {
    return Optional.of(new AppOutcome.NotNow(reason));
  }
}
