package dev.drover.functions.job;

import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.image.ImportNeed;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.ImageImport;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes a job from its next run on: a run at work stays as it began. A new time for the next run
 * resumes a job that its failures stopped.
 */
public final class JobUpdate {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final RunStarter starter;
  private final RunSchedule schedule;
  private final KeyFit keys;
  private final InstantSource clock;
  private final EventLog log;

  public JobUpdate(
      State state,
      RunStarter starter,
      RunSchedule schedule,
      EncryptionKeys keys,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.starter = starter;
    this.schedule = schedule;
    this.keys = new KeyFit(keys);
    this.clock = clock;
    this.log = log;
  }

  /**
   * What is wanted; null leaves it as it is.
   *
   * @param nextRunTime the past means now
   * @param clientRequest names the request, so that its repetition changes nothing; null: none does
   */
  public record Wish(
      JobId jobId,
      @Nullable Integer frequencyHours,
      @Nullable Instant nextRunTime,
      @Nullable String licenseType,
      @Nullable String roleName,
      @Nullable String description,
      @Nullable Integer recentAmisToKeep,
      @Nullable Boolean encrypted,
      @Nullable String kmsKeyId,
      @Nullable String clientRequest) {
    Job.Change with(Job.@Nullable NextRun next) {
      return new Job.Change(
          frequencyHours,
          next,
          licenseType,
          roleName,
          description,
          recentAmisToKeep,
          encrypted,
          kmsKeyId);
    }
  }

  /** What became of the wish. */
  public sealed interface Outcome {
    /** The job is as wanted, or was made so when the same request came before. */
    record Updated() implements Outcome {}

    /** There is no such job. */
    record NoSuchJob() implements Outcome {}

    /** The job is not in a state to be changed so. */
    record NotNow(String reason) implements Outcome {}

    /** The wish does not go with what the job is. */
    record Unfit(String complaint) implements Outcome {}
  }

  /** Changes the job; its next run starts at once when its new time has come. */
  public Outcome update(Wish wish) {
    return Tries.result(
        MAX_TRIES, "job " + wish.jobId() + " changes while it is updated", () -> updateOnce(wish));
  }

  /** Empty when the job changed meanwhile. */
  private Optional<Outcome> updateOnce(Wish wish) {
    Optional<Job> found = state.jobs().find(wish.jobId());
    if (found.isEmpty()) {
      return Optional.of(new Outcome.NoSuchJob());
    }
    Job job = found.get();
    if (wish.clientRequest() != null
        && wish.clientRequest().equals(job.history().updateRequest())) {
      return Optional.of(updated(job));
    }
    return refusal(job, wish).or(() -> unfit(job, wish)).or(() -> change(job, wish));
  }

  private Optional<Outcome> refusal(Job job, Wish wish) {
    Instant now = clock.instant();
    if (!job.state().mayRunOnDemand()) {
      return notNow("it is " + job.state());
    }
    if (JobEnd.isOver(job, now)) {
      starter.advance(job.id(), now);
      return notNow(JobEnd.whyOver(job, now));
    }
    String replaced = JobEnd.whyReplaced(state, job);
    if (!replaced.isEmpty()) {
      return notNow(replaced);
    }
    if (Boolean.TRUE.equals(wish.encrypted()) && job.settings().zeroBlocks() == ZeroPolicy.OMIT) {
      return notNow(
          "its zeroBlocks is omit, and blocks that are left out of an encrypted copy would read as"
              + " anything; set zeroBlocks to send first, by Drover_V1.PutReplicationJobSettings");
    }
    if (ImportNeed.LICENSE_OF_AWS.equals(wish.licenseType())
        && job.settings().imageImport() == ImageImport.NEVER) {
      return notNow(
          "its imageImport is never, and only VM Import gives an image a licence of AWS; set"
              + " imageImport to auto first, by Drover_V1.PutReplicationJobSettings");
    }
    Instant next = wish.nextRunTime();
    if (next != null && !next.isAfter(now) && job.history().activeRunId() != null) {
      return notNow(
          "run "
              + job.history().activeRunId()
              + " is at work, and nextReplicationRunStartTime is not in the future");
    }
    return Optional.empty();
  }

  private Optional<Outcome> unfit(Job job, Wish wish) {
    if (wish.frequencyHours() != null && job.schedule().runOnce()) {
      return Optional.of(new Outcome.Unfit("frequency is given, but the job runs once"));
    }
    boolean encrypted = wish.encrypted() == null ? job.settings().encrypted() : wish.encrypted();
    if (wish.kmsKeyId() != null && !encrypted) {
      return Optional.of(new Outcome.Unfit("kmsKeyId is given, but encrypted is not true"));
    }
    return state
        .servers()
        .find(job.serverId())
        .flatMap(server -> LicenseFit.objection(wish.licenseType(), server))
        .or(() -> unfitKey(job, wish))
        .map(Outcome.Unfit::new);
  }

  /** Only where something of the encryption is wanted: a key that was off since is no news. */
  private Optional<String> unfitKey(Job job, Wish wish) {
    if (wish.kmsKeyId() != null) {
      return keys.objection(wish.kmsKeyId());
    }
    return Boolean.TRUE.equals(wish.encrypted())
        ? keys.objection(job.settings().kmsKeyId())
        : Optional.empty();
  }

  /** The run gets a new id with its new time: a schedule that is about to fire finds nothing. */
  private Optional<Outcome> change(Job job, Wish wish) {
    Instant now = clock.instant();
    Instant time = wish.nextRunTime();
    Job.NextRun next =
        time == null ? null : new Job.NextRun(state.ids().run(), time.isBefore(now) ? now : time);
    Transaction transaction =
        state.transaction().with(state.jobs().update(job, wish.with(next), wish.clientRequest()));
    if (next != null) {
      transaction.with(state.ids().take(next.id()));
      if (job.state() == Job.State.FAILED) {
        transaction.with(state.servers().takeBack(job.serverId(), job.id()));
      }
    }
    if (!transaction.commit()) {
      return Optional.empty();
    }
    log.event("job-updated", Map.of("jobId", job.id()));
    Job.NextRun old = job.schedule().next();
    if (next != null && old != null) {
      schedule.delete(job.id(), old.id());
    }
    return Optional.of(updated(job));
  }

  private Outcome updated(Job job) {
    starter.advance(job.id(), clock.instant());
    return new Outcome.Updated();
  }

  private static Optional<Outcome> notNow(String reason) {
    return Optional.of(new Outcome.NotNow(reason));
  }
}
