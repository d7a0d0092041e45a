package dev.drover.functions.job;

import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.image.ImportNeed;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.Report.InventoryServer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the job of a server. A server has one job that goes on: the condition stands on the
 * server's item, in the transaction that puts the job.
 */
public final class JobCreation {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final RunStarter starter;
  private final KeyFit keys;
  private final InstantSource clock;
  private final EventLog log;

  public JobCreation(
      State state, RunStarter starter, EncryptionKeys keys, InstantSource clock, EventLog log) {
    this.state = state;
    this.starter = starter;
    this.keys = new KeyFit(keys);
    this.clock = clock;
    this.log = log;
  }

  /**
   * The job that is wanted.
   *
   * @param seedTime when the first run is to start; the past means now
   * @param frequencyHours null when {@code runOnce}
   * @param clientRequest names the request, so that its repetition finds the job; null: none does
   */
  public record Wish(
      ServerId serverId,
      Instant seedTime,
      @Nullable Integer frequencyHours,
      boolean runOnce,
      Job.Settings settings,
      @Nullable String clientRequest) {}

  /** What became of the wish. */
  public sealed interface Outcome {
    /** The job stands, or stood when the same request came before. */
    record Created(JobId jobId) implements Outcome {}

    /** The catalog has no such server. */
    record NoSuchServer() implements Outcome {}

    /**
     * No image could be made of the server.
     *
     * @param reason the end of a sentence
     */
    record NotReplicable(String reason) implements Outcome {}

    /** The wish does not go with what the server is. */
    record Unfit(String complaint) implements Outcome {}

    /** The server has a job that goes on, or may. */
    record JobExists(JobId jobId) implements Outcome {}

    /**
     * No healthy connector serves the server's environment.
     *
     * @param troubles of those that serve it, a sentence each
     */
    record NoConnector(EnvironmentName environment, List<String> troubles) implements Outcome {
      /** Keeps its own list. */
      public NoConnector {
        troubles = List.copyOf(troubles);
      }
    }
  }

  /** Makes the job; its first run starts at once when the seed time has come. */
  public Outcome create(Wish wish) {
    return Tries.result(
        MAX_TRIES,
        "server " + wish.serverId() + " changes while it gets a job",
        () -> createOnce(wish));
  }

  /** Empty when the server changed meanwhile. */
  private Optional<Outcome> createOnce(Wish wish) {
    Optional<Server> found = state.servers().find(wish.serverId());
    Catalog catalog = state.catalog().get();
    if (catalog.status() == Catalog.Status.DELETED
        || found.filter(it -> !catalog.lost(it)).isEmpty()) {
      return Optional.of(new Outcome.NoSuchServer());
    }
    Server server = found.get();
    return existing(server, wish)
        .or(() -> notReplicable(server))
        .or(() -> notImportable(server, wish.settings()))
        .or(() -> unfit(server, wish))
        .or(() -> missingConnector(server.environment()))
        .or(() -> put(server, wish));
  }

  private Optional<Outcome> existing(Server server, Wish wish) {
    JobId jobId = server.replicationJobId();
    return (jobId == null ? Optional.<Job>empty() : state.jobs().find(jobId))
        .filter(job -> !job.state().freesServer() || isRepetition(job, wish))
        .map(
            job -> {
              // Whoever made it may have died before its run was started or scheduled.
              starter.advance(job.id(), clock.instant());
              return isRepetition(job, wish)
                  ? new Outcome.Created(job.id())
                  : new Outcome.JobExists(job.id());
            });
  }

  private static boolean isRepetition(Job job, Wish wish) {
    return wish.clientRequest() != null
        && wish.clientRequest().equals(job.history().clientRequest());
  }

  /** A server of too many disks comes into no catalog; one may have been older than that rule. */
  private static Optional<Outcome> notReplicable(Server server) {
    if (server.isGone()) {
      return Optional.of(
          new Outcome.NotReplicable(
              "its connector, which saw it last at "
                  + server.lastSeen().truncatedTo(ChronoUnit.SECONDS)
                  + ", finds it no longer; when it is back, import the server catalog again"));
    }
    int disks = server.machine().disks().size();
    if (disks == 0) {
      return Optional.of(
          new Outcome.NotReplicable(
              "it has no disks; give it one and import the server catalog again"));
    }
    return disks > InventoryServer.MAX_DISKS
        ? Optional.of(
            new Outcome.NotReplicable(
                "it has "
                    + disks
                    + " disks, an image can have "
                    + InventoryServer.MAX_DISKS
                    + "; take disks off it and import the server catalog again"))
        : Optional.empty();
  }

  private static Optional<Outcome> notImportable(Server server, Job.Settings settings) {
    return ImportNeed.reason(settings, server.machine().os())
        .flatMap(
            reason ->
                ImportNeed.objection(settings.licenseType(), server.machine())
                    .map(
                        objection ->
                            new Outcome.NotReplicable(
                                "VM Import is needed, because "
                                    + reason
                                    + ", and it "
                                    + objection)));
  }

  private Optional<Outcome> unfit(Server server, Wish wish) {
    Job.Settings settings = wish.settings();
    return LicenseFit.objection(settings.licenseType(), server)
        .or(() -> settings.encrypted() ? keys.objection(settings.kmsKeyId()) : Optional.empty())
        .map(Outcome.Unfit::new);
  }

  private Optional<Outcome> missingConnector(EnvironmentName environment) {
    Instant now = clock.instant();
    List<Connector> serving =
        state
            .connectors()
            .list()
            .filter(connector -> connector.environment().equals(environment))
            .toList();
    return serving.stream().anyMatch(connector -> connector.isHealthy(now))
        ? Optional.empty()
        : Optional.of(new Outcome.NoConnector(environment, Connector.troublesOf(serving, now)));
  }

  /** Empty when the server got another job meanwhile, or an id was taken. */
  private Optional<Outcome> put(Server server, Wish wish) {
    Instant now = clock.instant();
    Job.NextRun first =
        new Job.NextRun(state.ids().run(), wish.seedTime().isBefore(now) ? now : wish.seedTime());
    Job job =
        new Job(
            state.ids().job(),
            server.id(),
            server.environment(),
            Job.State.PENDING,
            null,
            new Job.Schedule(wish.seedTime(), wish.frequencyHours(), wish.runOnce(), first),
            wish.settings(),
            new Job.History(
                now, Job.Lifetime.UNBEGUN, null, null, null, 0, wish.clientRequest(), null, null));
    boolean put =
        state
            .transaction()
            .with(state.ids().take(job.id()))
            .with(state.ids().take(first.id()))
            .with(state.jobs().add(job))
            .with(state.servers().giveTo(server, job.id()))
            .commit();
    if (!put) {
      return Optional.empty();
    }
    log.event("job-created", Map.of("jobId", job.id(), "serverId", server.id()));
    starter.advance(job.id(), clock.instant());
    JobId before = server.replicationJobId();
    if (before != null) {
      // If it failed, there is nothing any more to resume it with.
      starter.advance(before, clock.instant());
    }
    return Optional.of(new Outcome.Created(job.id()));
  }
}
