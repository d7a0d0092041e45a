package dev.drover.functions.admission;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * With which servers of its application a run begins: those whose own run is due now, was asked for
 * with it, or is the first one and still to come.
 */
final class CompanyOf {
  private final State state;
  private final InstantSource clock;

  CompanyOf(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * Four reads, however many servers the application has.
   *
   * @param onDemand whether the run was asked for: then those of the others are, too
   * @return empty: it begins alone
   */
  Optional<Admission.Company> find(Job job, boolean onDemand) {
    return AppRound.of(job).flatMap(round -> find(round, onDemand));
  }

  private Optional<Admission.Company> find(AppRound round, boolean onDemand) {
    Optional<App> app =
        state
            .apps()
            .find(round.appId())
            .filter(it -> it.replication().isWanted() && AppRound.of(it).equals(round));
    List<ServerId> ids = app.map(it -> it.servers().toList()).orElse(List.of());
    if (ids.size() < 2) {
      return Optional.empty();
    }
    List<Server> servers = state.servers().findAll(ids);
    Map<JobId, Job> jobs = jobs(servers);
    Set<RunId> holding = holding(jobs.values());
    int snapshots =
        servers.stream()
            .filter(server -> beginsNow(server, round, jobs, holding, onDemand))
            .mapToInt(server -> Math.max(1, server.machine().disks().size()))
            .sum();
    return Optional.of(new Admission.Company(round.appId(), snapshots, null));
  }

  private Map<JobId, Job> jobs(List<Server> servers) {
    List<JobId> ids =
        servers.stream().map(Server::replicationJobId).filter(Objects::nonNull).toList();
    return state.jobs().findAll(ids).stream()
        .collect(Collectors.toMap(Job::id, Function.identity()));
  }

  /** Active runs that have what they need. */
  private Set<RunId> holding(Collection<Job> jobs) {
    List<RunId> active =
        jobs.stream().map(job -> job.history().activeRunId()).filter(Objects::nonNull).toList();
    return state.admissions().findAll(active).stream()
        .filter(Admission::holds)
        .map(place -> place.run().runId())
        .collect(Collectors.toSet());
  }

  private boolean beginsNow(
      Server server, AppRound round, Map<JobId, Job> jobs, Set<RunId> holding, boolean onDemand) {
    if (server.replicationJobId() == null) {
      return true;
    }
    Job job = jobs.get(server.replicationJobId());
    if (job == null || !job.state().isGoing() || AppRound.of(job).filter(round::equals).isEmpty()) {
      return false;
    }
    RunId active = job.history().activeRunId();
    return active == null ? onDemand || isDue(job) : !holding.contains(active);
  }

  private boolean isDue(Job job) {
    Instant soon = clock.instant().plus(Turns.KEPT_FOR_COMPANY);
    return job.schedule().next() != null && job.schedule().next().time().isBefore(soon);
  }
}
