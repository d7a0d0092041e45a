package dev.drover.functions.api.sms;

import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.ReplicationJob;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/** Jobs that requests name, with their runs and their server. */
final class JobLookup {
  /** After that the run needs its connector no more. */
  private static final String UPLOADED = "100%";

  private final State state;
  private final InstantSource clock;

  JobLookup(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  Job find(String text) {
    return state.jobs().find(id(text)).orElseThrow(() -> noSuchJob(text));
  }

  /** What has not the shape of an id names no job. */
  static JobId id(String text) {
    try {
      return new JobId(text);
    } catch (InvalidMessageException e) {
      throw noSuchJob(text);
    }
  }

  static ApiException noSuchJob(String jobId) {
    return ApiError.JOB_NOT_FOUND.because("There is no replication job " + jobId + ".");
  }

  List<Run> runs(Job job) {
    return state.runs().list(job.id()).sorted(RunView.NEWEST_FIRST).toList();
  }

  /** The run that a job is at, if it is at one: a list of one at most. */
  List<Run> runAtWork(Job job) {
    return Optional.ofNullable(job.history().activeRunId())
        .flatMap(runId -> state.runs().find(new RunReference(job.id(), runId)))
        .stream()
        .toList();
  }

  ReplicationJob view(Job job, List<Run> runs) {
    return JobView.of(
        job,
        state.servers().find(job.serverId()).orElse(null),
        runs,
        clock.instant(),
        run -> view(job, run));
  }

  /** A run; one that is at a connector which is not there says so. */
  private ReplicationRun view(Job job, Run run) {
    return RunView.of(job, run, waitsFor(run));
  }

  /** The same, with its place if it waits for its turn: that takes a look at all that wait. */
  ReplicationRun view(Job job, Run run, AdmissionControl admission) {
    String place = waitsForItsTurn(run) ? admission.waits(run.reference()) : null;
    return RunView.of(job, run, place == null ? waitsForConnector(run) : place);
  }

  private boolean waitsForItsTurn(Run run) {
    return !run.state().isEnded()
        && state.admissions().find(run.id()).filter(Admission::waits).isPresent();
  }

  private @Nullable String waitsFor(Run run) {
    if (waitsForItsTurn(run)) {
      return "Waits for its turn; GetReplicationRuns tells its place, and what it waits for.";
    }
    return waitsForConnector(run);
  }

  private @Nullable String waitsForConnector(Run run) {
    ConnectorId at = run.handOver().connectorId();
    boolean uploads =
        run.state() == Run.State.ACTIVE
            && run.progress().stage() == Run.Stage.UPLOADING
            && !UPLOADED.equals(run.progress().stageProgress());
    if (!uploads || at == null) {
      return null;
    }
    return state
        .connectors()
        .find(at)
        .map(connector -> connector.waitingFor(clock.instant()))
        .orElse(null);
  }
}
