package dev.drover.functions.admission;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Admissions;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.message.Report;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives runs their turn: a run is let in when the pending snapshots that it needs are reserved and
 * a connector of its environment will soon have a slot for it. Until then it has no execution, and
 * whoever asks is told its place and what it waits for.
 */
public final class AdmissionControl {
  /** Two deciders at once are common after many runs ended together; more in a row are not. */
  private static final int MAX_TRIES = 10;

  private final State state;
  private final int pendingSnapshots;
  private final CompanyOf companies;
  private final InstantSource clock;
  private final EventLog log;

  /**
   * Over an account.
   *
   * @param pendingSnapshots how many the account may have; EBS's quota is 100 where nobody raised
   *     it
   */
  public AdmissionControl(State state, int pendingSnapshots, InstantSource clock, EventLog log) {
    this.state = state;
    this.pendingSnapshots = pendingSnapshots;
    this.companies = new CompanyOf(state, clock);
    this.clock = clock;
    this.log = log;
  }

  /**
   * A run is to begin and stands in line from now on; one that does already keeps its place.
   *
   * @param onDemand whether somebody asked for it: then the other servers of its application are
   *     asked for, too
   * @return whether it has had its turn
   */
  public boolean ask(Job job, RunReference run, boolean onDemand) {
    Set<DiskId> disks = disks(job);
    Set<DiskId> based =
        state.bases().list(job.id()).stream()
            .map(base -> base.diskId())
            .collect(Collectors.toUnmodifiableSet());
    Admission asking =
        Admission.waiting(
            run,
            job.environment(),
            snapshots(disks, run),
            !based.containsAll(disks) || disks.isEmpty(),
            clock.instant());
    Admission.Company company = companies.find(job, onDemand).orElse(null);
    if (company != null) {
      asking = asking.with(company);
    }
    boolean asks =
        state.transaction().with(state.admissions().ask(asking)).commit()
            || state
                .admissions()
                .move(run.runId(), Admission.Phase.KEPT, Admission.Phase.RETURNING);
    if (asks) {
      log.event("run-asks-for-its-turn", run.logFields());
    }
    return !asks
        && state
            .admissions()
            .find(run.runId())
            .map(place -> place.holds() && !place.waits())
            .orElse(false);
  }

  /** One a disk; a disk that an earlier try has completed needs none. */
  private int snapshots(Set<DiskId> disks, RunReference run) {
    long completed =
        state.disks().list(run.runId()).stream()
            .filter(disk -> disk.state() == RunDisk.State.COMPLETED)
            .count();
    return Math.max(1, disks.size() - Math.toIntExact(completed));
  }

  /**
   * The failed runs that are to give back the pending snapshots that they keep, because others wait
   * for as many.
   */
  public List<RunReference> givingBack() {
    List<Admission> all = state.admissions().list().toList();
    return Turns.of(all, supply(), clock.instant()).givingBack().stream()
        .map(Admission::run)
        .toList();
  }

  /**
   * Lets in whose turn it is.
   *
   * @return every run that was let in, now or before, and whose execution was not started yet
   */
  public List<RunReference> decide() {
    return Tries.result(
        MAX_TRIES, "the line of runs changes while it is looked at", this::decideOnce);
  }

  private Optional<List<RunReference>> decideOnce() {
    Admissions line = state.admissions();
    long decision = line.decision();
    List<Admission> all = line.list().toList();
    Turns turns = Turns.of(all, supply(), clock.instant());
    List<Admission> admitted = turns.admitted().stream().limit(Admissions.MAX_ADMITTED).toList();
    if (!admitted.isEmpty() && !line.admit(decision, admitted, clock.instant())) {
      return Optional.empty();
    }
    admitted.forEach(run -> log.event("run-admitted", run.run().logFields()));
    return Optional.of(
        all.stream()
            .filter(run -> admitted.contains(run) || isToStart(run))
            .map(Admission::run)
            .toList());
  }

  private static boolean isToStart(Admission run) {
    return run.phase() == Admission.Phase.UPLOADING && !run.started();
  }

  /** The execution of a run that was let in was started. */
  public void started(RunReference run) {
    state.admissions().started(run.runId());
  }

  /**
   * Takes from the line whose run has ended and keeps nothing: who should have, died before he did.
   */
  public void tidy() {
    List<RunReference> line = state.admissions().list().map(Admission::run).toList();
    Set<RunReference> going =
        state.runs().findAll(line).stream()
            .filter(run -> !run.isOver())
            .map(Run::reference)
            .collect(Collectors.toSet());
    line.stream()
        .filter(run -> !going.contains(run))
        .forEach(run -> state.admissions().leave(run.runId()));
  }

  /** How the line is now. */
  public LineFigures figures() {
    return LineFigures.of(state.admissions().list().toList(), pendingSnapshots, clock.instant());
  }

  /** A run's place, and what it waits for, in a sentence; null: it has had its turn. */
  public @Nullable String waits(RunReference run) {
    List<Admission> all = state.admissions().list().toList();
    List<Turn> waiting = Turns.of(all, supply(), clock.instant()).waiting();
    return waiting.stream()
        .filter(turn -> turn.run().run().equals(run))
        .findFirst()
        .map(turn -> sentence(turn, waiting))
        .orElse(null);
  }

  private static String sentence(Turn turn, List<Turn> waiting) {
    return "Waits for its turn since "
        + turn.run().since().truncatedTo(ChronoUnit.SECONDS)
        + ", place "
        + turn.place()
        + " of "
        + waiting.size()
        + ": "
        + turn.reason()
        + ".";
  }

  private Supply supply() {
    Instant now = clock.instant();
    Map<EnvironmentName, Integer> slots =
        state
            .connectors()
            .list()
            .filter(connector -> connector.isHealthy(now))
            .collect(
                Collectors.toMap(Connector::environment, AdmissionControl::slots, Integer::sum));
    return new Supply(pendingSnapshots, slots);
  }

  /** One that has not told yet has at least one. */
  private static int slots(Connector connector) {
    Connector.Load load = connector.load();
    return load == null ? 1 : Math.max(1, load.slots());
  }

  private Set<DiskId> disks(Job job) {
    return state
        .servers()
        .find(job.serverId())
        .map(Server::machine)
        .map(machine -> machine.disks().stream())
        .map(
            disks ->
                disks.map(Report.InventoryDisk::diskId).collect(Collectors.toUnmodifiableSet()))
        .orElse(Set.of());
  }
}
