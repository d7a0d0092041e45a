package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobResponse;
import software.amazon.awssdk.services.sms.model.GetReplicationJobsRequest;
import software.amazon.awssdk.services.sms.model.GetReplicationJobsResponse;
import software.amazon.awssdk.services.sms.model.GetReplicationRunsRequest;
import software.amazon.awssdk.services.sms.model.GetReplicationRunsResponse;
import software.amazon.awssdk.services.sms.model.ReplicationJob;
import software.amazon.awssdk.services.sms.model.StartOnDemandReplicationRunRequest;
import software.amazon.awssdk.services.sms.model.StartOnDemandReplicationRunResponse;

/** Jobs and their runs. */
final class JobOperations {
  /** Runs that a job shows; GetReplicationRuns has them all. */
  private static final int RUNS_WITH_JOB = 10;

  private final State state;
  private final JobCreation creation;
  private final OnDemandRuns onDemand;
  private final JobWishes wishes;

  JobOperations(State state, JobCreation creation, OnDemandRuns onDemand, JobWishes wishes) {
    this.state = state;
    this.creation = creation;
    this.onDemand = onDemand;
    this.wishes = wishes;
  }

  CreateReplicationJobResponse create(CreateReplicationJobRequest request, Caller caller) {
    return switch (creation.create(wishes.read(request, caller))) {
      case JobCreation.Outcome.Created created ->
          CreateReplicationJobResponse.builder().replicationJobId(created.jobId().value()).build();
      case JobCreation.Outcome.NoSuchServer none ->
          throw JobWishes.noSuchServer(String.valueOf(request.serverId()));
      case JobCreation.Outcome.JobExists exists ->
          throw ApiError.JOB_ALREADY_EXISTS.because(
              "Server "
                  + request.serverId()
                  + " has replication job "
                  + exists.jobId()
                  + ", which has not ended.");
      case JobCreation.Outcome.NoConnector none ->
          throw ApiError.NO_CONNECTORS.because(
              "No healthy connector serves environment "
                  + none.environment()
                  + ", where server "
                  + request.serverId()
                  + " is.");
    };
  }

  StartOnDemandReplicationRunResponse startOnDemand(
      StartOnDemandReplicationRunRequest request, Caller caller) {
    JobId jobId = jobId(required(request.replicationJobId()));
    JobWishes.requireShort("description", request.description());
    return switch (onDemand.start(jobId, request.description(), caller.requestToken())) {
      case OnDemandRuns.Outcome.Started started ->
          StartOnDemandReplicationRunResponse.builder()
              .replicationRunId(started.runId().value())
              .build();
      case OnDemandRuns.Outcome.NoSuchJob none -> throw noSuchJob(jobId.value());
      case OnDemandRuns.Outcome.NotNow notNow ->
          throw ApiError.NOT_PERMITTED.because(
              "Replication job " + jobId + " cannot run on demand now: " + notNow.reason() + ".");
      case OnDemandRuns.Outcome.LimitReached limit ->
          throw ApiError.RUN_LIMIT_EXCEEDED.because(
              "Replication job " + jobId + ": " + limit.reason() + ".");
    };
  }

  /**
   * One job with its newest runs, or all by id without: a page of jobs would read every run of each
   * (hourly for 90 days are 2,160) within the time of one call.
   */
  GetReplicationJobsResponse getJobs(GetReplicationJobsRequest request, Caller caller) {
    String wanted = Optional.ofNullable(request.replicationJobId()).orElse("");
    PageToken token = new PageToken("GetReplicationJobs " + wanted);
    String after = token.read(request.nextToken());
    Stream<Job> jobs = wanted.isEmpty() ? state.jobs().listAfter(after) : Stream.of(find(wanted));
    Page<Job> page = Page.of(jobs, request.maxResults(), token, job -> job.id().value());
    return GetReplicationJobsResponse.builder()
        .replicationJobList(
            page.items().stream()
                .map(job -> view(job, wanted.isEmpty() ? List.of() : runs(job)))
                .toList())
        .nextToken(page.nextToken())
        .build();
  }

  /** The runs of a job, newest first, and the job. */
  GetReplicationRunsResponse getRuns(GetReplicationRunsRequest request, Caller caller) {
    Job job = find(required(request.replicationJobId()));
    PageToken token = new PageToken("GetReplicationRuns " + job.id());
    String after = token.read(request.nextToken());
    List<Run> runs = runs(job);
    Stream<Run> rest =
        runs.stream().filter(run -> after.isEmpty() || order(run).compareTo(after) < 0);
    Page<Run> page = Page.of(rest, request.maxResults(), token, JobOperations::order);
    return GetReplicationRunsResponse.builder()
        .replicationJob(view(job, runs))
        .replicationRunList(page.items().stream().map(Views::run).toList())
        .nextToken(page.nextToken())
        .build();
  }

  private List<Run> runs(Job job) {
    return state.runs().list(job.id()).sorted(Views.NEWEST_FIRST).toList();
  }

  private ReplicationJob view(Job job, List<Run> runs) {
    return Views.job(
        job,
        state.servers().find(job.serverId()).orElse(null),
        runs.stream().limit(RUNS_WITH_JOB).toList());
  }

  /** Sorts as {@link Views#NEWEST_FIRST} does, backwards: 13 digits last until the year 2286. */
  private static String order(Run run) {
    return run.scheduledStartTime().toEpochMilli() + " " + run.id();
  }

  private Job find(String text) {
    return state.jobs().find(jobId(text)).orElseThrow(() -> noSuchJob(text));
  }

  private static JobId jobId(String text) {
    try {
      return new JobId(text);
    } catch (InvalidMessageException e) {
      throw noSuchJob(text);
    }
  }

  private static String required(@Nullable String jobId) {
    return JobWishes.required("replicationJobId", jobId);
  }

  private static ApiException noSuchJob(String jobId) {
    return ApiError.JOB_NOT_FOUND.because("There is no replication job " + jobId + ".");
  }
}
