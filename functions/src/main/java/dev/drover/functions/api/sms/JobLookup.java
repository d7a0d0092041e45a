package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiException;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sms.model.ReplicationJob;

/** Jobs that requests name, with their runs and their server. */
final class JobLookup {
  private final State state;

  JobLookup(State state) {
    this.state = state;
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
    return SmsErrors.JOB_NOT_FOUND.because("There is no replication job " + jobId + ".");
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
    return JobView.of(job, state.servers().find(job.serverId()).orElse(null), runs);
  }
}
