package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.JobUpdate;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobResponse;
import software.amazon.awssdk.services.sms.model.DeleteReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.DeleteReplicationJobResponse;
import software.amazon.awssdk.services.sms.model.GetReplicationJobsRequest;
import software.amazon.awssdk.services.sms.model.GetReplicationJobsResponse;
import software.amazon.awssdk.services.sms.model.UpdateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.UpdateReplicationJobResponse;

/** What callers can do with replication jobs. */
public final class JobOperations {
  /** One with all texts as long as they may be is 26 KB; Lambda answers with 6 MB at most. */
  private static final int MAX_RESULTS = 200;

  private final State state;
  private final JobCreation creation;
  private final JobUpdate updates;
  private final RunStarter starter;
  private final JobWishes wishes;
  private final JobLookup lookup;

  public JobOperations(
      State state,
      JobCreation creation,
      JobUpdate updates,
      RunStarter starter,
      JobLimits limits,
      InstantSource clock) {
    this.state = state;
    this.creation = creation;
    this.updates = updates;
    this.starter = starter;
    this.wishes = new JobWishes(limits, clock);
    this.lookup = new JobLookup(state, clock);
  }

  Map<String, Operation> operations() {
    return Map.of(
        "CreateReplicationJob",
        Operation.of(
            CreateReplicationJobRequest::builder, CreateReplicationJobRequest.class, this::create),
        "GetReplicationJobs",
        Operation.of(
            GetReplicationJobsRequest::builder, GetReplicationJobsRequest.class, this::getJobs),
        "UpdateReplicationJob",
        Operation.of(
            UpdateReplicationJobRequest::builder, UpdateReplicationJobRequest.class, this::update),
        "DeleteReplicationJob",
        Operation.of(
            DeleteReplicationJobRequest::builder, DeleteReplicationJobRequest.class, this::delete));
  }

  private CreateReplicationJobResponse create(CreateReplicationJobRequest request, Caller caller) {
    return switch (creation.create(wishes.read(request, caller))) {
      case JobCreation.Outcome.Created created ->
          CreateReplicationJobResponse.builder().replicationJobId(created.jobId().value()).build();
      case JobCreation.Outcome.NoSuchServer none ->
          throw JobWishes.noSuchServer(String.valueOf(request.serverId()));
      case JobCreation.Outcome.JobExists exists ->
          throw SmsErrors.JOB_ALREADY_EXISTS.because(
              "Server "
                  + request.serverId()
                  + " has replication job "
                  + exists.jobId()
                  + ", which has not ended.");
      case JobCreation.Outcome.NotReplicable not ->
          throw SmsErrors.SERVER_CANNOT_BE_REPLICATED.because(
              "Server " + request.serverId() + " cannot be replicated: " + not.reason() + ".");
      case JobCreation.Outcome.Unfit unfit -> throw Parameters.invalid(unfit.complaint());
      case JobCreation.Outcome.NoConnector none ->
          throw SmsErrors.noConnectors(
              "No healthy connector serves environment "
                  + none.environment()
                  + ", where server "
                  + request.serverId()
                  + " is.",
              none.troubles());
    };
  }

  private UpdateReplicationJobResponse update(UpdateReplicationJobRequest request, Caller caller) {
    JobUpdate.Wish wish = wishes.read(request, caller);
    return switch (updates.update(wish)) {
      case JobUpdate.Outcome.Updated updated -> UpdateReplicationJobResponse.builder().build();
      case JobUpdate.Outcome.NoSuchJob none -> throw JobLookup.noSuchJob(wish.jobId().value());
      case JobUpdate.Outcome.NotNow notNow ->
          throw ApiError.NOT_PERMITTED.because(
              "Replication job "
                  + wish.jobId()
                  + " cannot be updated so now: "
                  + notNow.reason()
                  + ".");
      case JobUpdate.Outcome.Unfit unfit -> throw Parameters.invalid(unfit.complaint());
    };
  }

  /** The job, its run at whatever step, and its schedule go; its AMIs stay. */
  private DeleteReplicationJobResponse delete(DeleteReplicationJobRequest request, Caller caller) {
    JobId jobId = JobLookup.id(Parameters.required("replicationJobId", request.replicationJobId()));
    if (!starter.delete(jobId)) {
      throw JobLookup.noSuchJob(jobId.value());
    }
    return DeleteReplicationJobResponse.builder().build();
  }

  /**
   * One job with its newest runs, or all by id with the run that each is at. Runs are not stored by
   * time, so a page of jobs with the newest runs of each would read every run of every job (hourly
   * for 90 days are 2,160) within the time of one call.
   */
  private GetReplicationJobsResponse getJobs(GetReplicationJobsRequest request, Caller caller) {
    String wanted = request.replicationJobId();
    if (wanted != null && wanted.isEmpty()) {
      // A script whose variable is unset does not mean all of them.
      throw JobLookup.noSuchJob(wanted);
    }
    PageToken token = new PageToken("GetReplicationJobs " + (wanted == null ? "" : wanted));
    String after = token.read(request.nextToken());
    Stream<Job> jobs =
        wanted == null ? state.jobs().listAfter(after) : Stream.of(lookup.find(wanted));
    Page<Job> page =
        Page.of(jobs, request.maxResults(), MAX_RESULTS, token, job -> job.id().value());
    return GetReplicationJobsResponse.builder()
        .replicationJobList(
            AtOnce.each(
                page.items(),
                job -> lookup.view(job, wanted == null ? lookup.runAtWork(job) : lookup.runs(job))))
        .nextToken(page.nextToken())
        .build();
  }
}
