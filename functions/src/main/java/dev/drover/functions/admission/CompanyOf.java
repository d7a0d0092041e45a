package dev.drover.functions.admission;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

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
   * Two reads for each server of the application, eight at once.
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
    List<ServerId> servers = app.map(it -> it.servers().toList()).orElse(List.of());
    if (servers.size() < 2) {
      return Optional.empty();
    }
    int snapshots =
        AtOnce.each(servers, server -> snapshots(round, server, onDemand)).stream()
            .mapToInt(Integer::intValue)
            .sum();
    return Optional.of(new Admission.Company(round.appId(), snapshots, null));
  }

  private int snapshots(AppRound round, ServerId id, boolean onDemand) {
    return state
        .servers()
        .find(id)
        .filter(server -> beginsNow(round, server, onDemand))
        .map(server -> Math.max(1, server.machine().disks().size()))
        .orElse(0);
  }

  private boolean beginsNow(AppRound round, Server server, boolean onDemand) {
    if (server.replicationJobId() == null) {
      return true;
    }
    Optional<Job> job =
        state
            .jobs()
            .find(server.replicationJobId())
            .filter(it -> it.state().isGoing())
            .filter(it -> AppRound.of(it).filter(round::equals).isPresent());
    return job.isPresent() && (isStarting(job.get()) || (onDemand && isIdle(job.get())));
  }

  private static boolean isIdle(Job job) {
    return job.history().activeRunId() == null;
  }

  private boolean isStarting(Job job) {
    RunId active = job.history().activeRunId();
    if (active != null) {
      return !state.admissions().find(active).map(Admission::holds).orElse(false);
    }
    Instant soon = clock.instant().plus(Turns.KEPT_FOR_COMPANY);
    return job.schedule().next() != null && job.schedule().next().time().isBefore(soon);
  }
}
