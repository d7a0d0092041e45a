package dev.drover.functions.api.sms;

import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.GetReplicationRunsRequest;
import software.amazon.awssdk.services.sms.model.GetReplicationRunsResponse;
import software.amazon.awssdk.services.sms.model.StartOnDemandReplicationRunRequest;
import software.amazon.awssdk.services.sms.model.StartOnDemandReplicationRunResponse;

/** What callers can do with the runs of a job. */
public final class RunOperations {
  private final OnDemandRuns onDemand;
  private final JobLookup lookup;
  private final AdmissionControl admission;

  public RunOperations(
      State state, OnDemandRuns onDemand, AdmissionControl admission, InstantSource clock) {
    this.onDemand = onDemand;
    this.lookup = new JobLookup(state, clock);
    this.admission = admission;
  }

  Map<String, Operation> operations() {
    return Map.of(
        "StartOnDemandReplicationRun",
        Operation.of(
            StartOnDemandReplicationRunRequest::builder,
            StartOnDemandReplicationRunRequest.class,
            this::startOnDemand),
        "GetReplicationRuns",
        Operation.of(
            GetReplicationRunsRequest::builder, GetReplicationRunsRequest.class, this::getRuns));
  }

  private StartOnDemandReplicationRunResponse startOnDemand(
      StartOnDemandReplicationRunRequest request, Caller caller) {
    JobId jobId = JobLookup.id(required(request.replicationJobId()));
    Parameters.requirePrintable("description", request.description());
    return switch (onDemand.start(
        jobId, caller.arn(), request.description(), caller.requestToken())) {
      case OnDemandRuns.Outcome.Started started ->
          StartOnDemandReplicationRunResponse.builder()
              .replicationRunId(started.runId().value())
              .build();
      case OnDemandRuns.Outcome.NoSuchJob none -> throw JobLookup.noSuchJob(jobId.value());
      case OnDemandRuns.Outcome.NotNow notNow ->
          throw ApiError.NOT_PERMITTED.because(
              "Replication job " + jobId + " cannot run on demand now: " + notNow.reason() + ".");
      case OnDemandRuns.Outcome.LimitReached limit ->
          throw SmsErrors.RUN_LIMIT_EXCEEDED.because(
              "Replication job " + jobId + ": " + limit.reason() + ".");
    };
  }

  /** The runs of a job, newest first, and the job. */
  private GetReplicationRunsResponse getRuns(GetReplicationRunsRequest request, Caller caller) {
    Job job = lookup.find(required(request.replicationJobId()));
    PageToken token = new PageToken("GetReplicationRuns " + job.id());
    String after = token.read(request.nextToken());
    List<Run> runs = lookup.runs(job);
    Stream<Run> rest =
        runs.stream().filter(run -> after.isEmpty() || order(run).compareTo(after) < 0);
    Page<Run> page = Page.of(rest, request.maxResults(), token, RunOperations::order);
    return GetReplicationRunsResponse.builder()
        .replicationJob(lookup.view(job, runs))
        .replicationRunList(
            page.items().stream().map(run -> lookup.view(job, run, admission)).toList())
        .nextToken(page.nextToken())
        .build();
  }

  /** Sorts as {@link RunView#NEWEST_FIRST} does, backwards: 13 digits last until the year 2286. */
  private static String order(Run run) {
    return run.scheduledStartTime().toEpochMilli() + " " + run.id();
  }

  private static String required(@Nullable String jobId) {
    return Parameters.required("replicationJobId", jobId);
  }
}
