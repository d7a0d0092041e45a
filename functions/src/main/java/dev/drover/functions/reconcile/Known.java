package dev.drover.functions.reconcile;

import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the table says, each item read once; for one part of a listing, so that it is fresh. */
final class Known {
  private final State state;
  private final Map<JobId, Optional<Job>> jobs = new HashMap<>();
  private final Map<RunReference, Optional<Run>> runs = new HashMap<>();
  private final Map<RunId, List<RunDisk>> disks = new HashMap<>();
  private final Map<JobId, List<BaseSnapshot>> bases = new HashMap<>();
  private final Map<AppId, Optional<App>> apps = new HashMap<>();
  private final Map<AppId, AppLife> lives = new HashMap<>();

  Known(State state) {
    this.state = state;
  }

  /** Reads those at once that will be asked for, as far as they are not known. */
  void readJobs(Collection<JobId> ids) {
    List<JobId> unknown = ids.stream().filter(id -> !jobs.containsKey(id)).distinct().toList();
    unknown.forEach(id -> jobs.put(id, Optional.empty()));
    state.jobs().findAll(unknown).forEach(job -> jobs.put(job.id(), Optional.of(job)));
  }

  /** Reads those at once that will be asked for, as far as they are not known. */
  void readRuns(Collection<RunReference> references) {
    List<RunReference> unknown =
        references.stream().filter(run -> !runs.containsKey(run)).distinct().toList();
    unknown.forEach(run -> runs.put(run, Optional.empty()));
    state.runs().findAll(unknown).forEach(run -> runs.put(run.reference(), Optional.of(run)));
  }

  Optional<Job> job(JobId id) {
    return jobs.computeIfAbsent(id, state.jobs()::find);
  }

  Optional<Run> run(RunReference run) {
    return runs.computeIfAbsent(run, state.runs()::find);
  }

  /** The run that two texts name; none where one is missing or is no id. */
  static Optional<RunReference> reference(@Nullable String jobId, @Nullable String runId) {
    if (jobId == null || runId == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new RunReference(new JobId(jobId), new RunId(runId)));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }

  List<RunDisk> disks(RunId id) {
    return disks.computeIfAbsent(id, state.disks()::list);
  }

  List<BaseSnapshot> bases(JobId id) {
    return bases.computeIfAbsent(id, state.bases()::list);
  }

  /** The disks of the run that a job is at, and of the one that it keeps. */
  Stream<RunDisk> disksAtWork(Job job) {
    return Stream.of(
            Optional.ofNullable(job.history().activeRunId()),
            Optional.ofNullable(job.history().resumableRunId()))
        .flatMap(Optional::stream)
        .flatMap(run -> disks(run).stream());
  }

  /** What there is of an application. */
  enum AppLife {
    EXISTS,
    DELETED,
    /** None had that id. */
    UNKNOWN
  }

  Optional<App> app(AppId id) {
    return apps.computeIfAbsent(id, state.apps()::find);
  }

  AppLife life(AppId id) {
    return lives.computeIfAbsent(id, this::readLife);
  }

  private AppLife readLife(AppId id) {
    if (app(id).isPresent()) {
      return AppLife.EXISTS;
    }
    return state.ids().isTaken(id) ? AppLife.DELETED : AppLife.UNKNOWN;
  }

  /** How a run that is over ended, the end of a sentence. */
  static String end(Run run) {
    return run.state() == Run.State.COMPLETED
        ? run.id() + " has made its AMI"
        : run.id() + " made no AMI and is not resumed any more";
  }
}
