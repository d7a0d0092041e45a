package dev.drover.functions.job;

import dev.drover.functions.account.Executions;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Completes the deletion of a job that is DELETING: its run ends at whatever step it is, what it
 * scheduled is taken back, its server is free. Its AMIs stay.
 *
 * <p>Each step is safe to repeat, so whoever comes later, the same call again or the hourly look
 * over all jobs, completes what is missing.
 */
final class JobDeletion {
  private static final String FAILURE_CODE = "Drover.JobDeleted";

  private final State state;
  private final Executions executions;
  private final JobEnd jobEnd;
  private final KeptRuns kept;
  private final EventLog log;

  JobDeletion(State state, Executions executions, JobEnd jobEnd, EventLog log) {
    this.state = state;
    this.executions = executions;
    this.jobEnd = jobEnd;
    this.kept = new KeptRuns(state, log);
    this.log = log;
  }

  /** False: something was done, or changed meanwhile, and the job has to be looked at again. */
  boolean step(Job job, Instant now) {
    RunId active = job.history().activeRunId();
    if (active != null) {
      stop(new RunReference(job.id(), active), now);
      return false;
    }
    kept.discard(job, now);
    jobEnd.unschedule(job);
    Transaction transaction =
        state
            .transaction()
            .with(state.jobs().deleted(job.id(), "The job was deleted; its AMIs are kept."));
    if (isOfItsServer(job)) {
      transaction.with(state.servers().release(job.serverId(), job.id()));
    }
    boolean deleted = transaction.commit();
    if (deleted) {
      log.event("job-deleted", Map.of("jobId", job.id()));
    }
    return deleted;
  }

  /**
   * The execution first, which takes the task from the connector: once the job is deleted nobody
   * would look after it. A run that makes its AMI at this moment has made it.
   */
  private void stop(RunReference reference, Instant now) {
    Optional<Run> found = state.runs().find(reference).filter(run -> !run.state().isEnded());
    Transaction transaction = state.transaction().with(state.jobs().stop(reference));
    if (found.isPresent()) {
      Run run = found.get();
      executions.stop(run.execution().name());
      transaction
          .with(state.runs().fail(run, FAILURE_CODE, "The job was deleted.", null, now))
          .with(state.leftovers().ended(reference))
          .with(state.admissions().left(run.id()));
    }
    if (transaction.commit()) {
      log.event("run-stopped", reference.logFields());
    }
  }

  /** A job that had ended may have been followed by another. */
  private boolean isOfItsServer(Job job) {
    return state
        .servers()
        .find(job.serverId())
        .filter(server -> job.id().equals(server.replicationJobId()))
        .isPresent();
  }
}
