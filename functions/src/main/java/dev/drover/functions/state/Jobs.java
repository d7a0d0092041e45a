package dev.drover.functions.state;

import static dev.drover.functions.state.JobCodec.ACTIVE_RUN_ID;
import static dev.drover.functions.state.JobCodec.BASES_REMOVED;
import static dev.drover.functions.state.JobCodec.CONSECUTIVE_FAILURES;
import static dev.drover.functions.state.JobCodec.COPIES;
import static dev.drover.functions.state.JobCodec.DESCRIPTION;
import static dev.drover.functions.state.JobCodec.ENCRYPTED;
import static dev.drover.functions.state.JobCodec.EXTENDED_TO_DAYS;
import static dev.drover.functions.state.JobCodec.FIRST_RUN_AT;
import static dev.drover.functions.state.JobCodec.FREQUENCY;
import static dev.drover.functions.state.JobCodec.IMAGE_IMPORT;
import static dev.drover.functions.state.JobCodec.KMS_KEY_ID;
import static dev.drover.functions.state.JobCodec.LATEST_AMI_ID;
import static dev.drover.functions.state.JobCodec.LATEST_CAPTURED_AT;
import static dev.drover.functions.state.JobCodec.LATEST_COPY_AT;
import static dev.drover.functions.state.JobCodec.LICENSE_TYPE;
import static dev.drover.functions.state.JobCodec.NEXT_RUN_ID;
import static dev.drover.functions.state.JobCodec.NEXT_RUN_TIME;
import static dev.drover.functions.state.JobCodec.NUMBER_OF_RECENT_AMIS_TO_KEEP;
import static dev.drover.functions.state.JobCodec.PAUSED_AT;
import static dev.drover.functions.state.JobCodec.PK;
import static dev.drover.functions.state.JobCodec.RESUMABLE_RUN_ID;
import static dev.drover.functions.state.JobCodec.ROLE_NAME;
import static dev.drover.functions.state.JobCodec.STATE;
import static dev.drover.functions.state.JobCodec.STATUS_MESSAGE;
import static dev.drover.functions.state.JobCodec.UPDATE_REQUEST;
import static dev.drover.functions.state.JobCodec.WARNED_OF_END;
import static dev.drover.functions.state.JobCodec.ZERO_BLOCKS;

import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jobs in the table, with the transitions that they allow: each names the state that it comes
 * from.
 */
public final class Jobs {
  private final Table table;

  Jobs(Table table) {
    this.table = table;
  }

  /** The job, if there is one. */
  public Optional<Job> find(JobId id) {
    return table.get(PK, id.value()).map(JobCodec::read);
  }

  /** Those of the jobs that there are. */
  public List<Job> findAll(Collection<JobId> ids) {
    return table.getAll(PK, ids.stream().map(JobId::value)).stream().map(JobCodec::read).toList();
  }

  /** Every job, ascending by id. */
  public Stream<Job> list() {
    return table.query(PK).map(JobCodec::read);
  }

  /** Every job whose id comes after that text, ascending. */
  public Stream<Job> listAfter(String id) {
    return table.queryAfter(PK, id).map(JobCodec::read);
  }

  /** Every job that has ended and may have bases and digest lists, ascending by id. */
  public List<Job> endedWithBases() {
    return table
        .query(PK)
        .filter(item -> !item.flag(BASES_REMOVED))
        .map(JobCodec::read)
        .filter(job -> job.state().isEnded())
        .toList();
  }

  /** The ended job has no bases and no digest lists any more. */
  public void basesRemoved(JobId id) {
    table.update(update(id).set(BASES_REMOVED, (Boolean) true));
  }

  /** A new job; only if there is none of its id. */
  public Write add(Job job) {
    return table.putIfAbsent(JobCodec.item(job));
  }

  /** The due run becomes the active one; only while none is or is to be resumed, and only once. */
  public Write startScheduled(RunReference due, Job.@Nullable NextRun next) {
    return table.change(
        nothingKept(betweenRuns(going(advance(due, next))))
            .set(ACTIVE_RUN_ID, due.runId().value()));
  }

  /** The run that is kept becomes the active one in the place of the due one; only once. */
  public Write resumeScheduled(RunReference due, RunId kept, Job.@Nullable NextRun next) {
    return table.change(takeUp(betweenRuns(going(advance(due, next))), kept));
  }

  /** The due run is passed over, because another is active; only once. */
  public Write missScheduled(RunReference due, Job.@Nullable NextRun next) {
    return table.change(advance(due, next).onlyIf("attribute_exists(#activeRunId)", ACTIVE_RUN_ID));
  }

  /**
   * What becomes of zero blocks from the next run on, and how images are made; only from the state,
   * the encryption and the licence that the caller saw. False: they are others by now.
   */
  public boolean set(Job seen, ZeroPolicy zeroBlocks, ImageImport imageImport) {
    ItemUpdate update =
        update(seen.id())
            .set(ZERO_BLOCKS, zeroBlocks.word())
            .set(IMAGE_IMPORT, imageImport.word())
            .onlyIf("#state = :state", STATE)
            .value(":state", seen.state().name())
            .onlyIf("#encrypted = :encrypted", ENCRYPTED)
            .value(":encrypted", seen.settings().encrypted());
    String license = seen.settings().licenseType();
    return table.update(
        license == null
            ? update.onlyIf("attribute_not_exists(#licenseType)", LICENSE_TYPE)
            : update.onlyIf("#licenseType = :license", LICENSE_TYPE).value(":license", license));
  }

  /**
   * A run on demand becomes the active one; only between runs, and from the state that the caller
   * saw. A job that was stopped goes on with it: its failures count anew, and its schedule does not
   * make up for what the pause left out.
   */
  public Write startOnDemand(Job job, RunId runId, Instant now) {
    return table.change(nothingKept(onDemand(job, now)).set(ACTIVE_RUN_ID, runId.value()));
  }

  /** The same with the run that is kept. */
  public Write resumeOnDemand(Job job, RunId kept, Instant now) {
    return table.change(takeUp(onDemand(job, now), kept));
  }

  private static ItemUpdate onDemand(Job job, Instant now) {
    ItemUpdate update =
        betweenRuns(update(job.id()))
            .onlyIf("#state = :seen", STATE)
            .value(":seen", job.state().name());
    if (job.schedule().runOnce()) {
      // This run is what was to be tried again.
      update.remove(NEXT_RUN_ID).remove(NEXT_RUN_TIME);
    }
    if (job.state().isStopped()) {
      resume(update, job.schedule(), now);
    }
    return update;
  }

  /** The run that is kept is kept no longer. */
  public Write giveUp(JobId id, RunId kept) {
    return table.change(whileKept(update(id), kept).remove(RESUMABLE_RUN_ID));
  }

  private static void resume(ItemUpdate update) {
    update
        .set(STATE, Job.State.ACTIVE.name())
        .set(CONSECUTIVE_FAILURES, 0)
        .remove(STATUS_MESSAGE)
        .remove(PAUSED_AT);
  }

  private static void resume(ItemUpdate update, Job.Schedule schedule, Instant now) {
    resume(update);
    Job.NextRun next = schedule.next();
    if (!schedule.runOnce() && next != null && !next.time().isAfter(now)) {
      update.set(NEXT_RUN_TIME, schedule.following(next.time(), now).orElse(null));
    }
  }

  /**
   * What someone wants to be otherwise; only from the state and the next run that the caller saw.
   *
   * @param request names the request; null: nothing does
   */
  public Write update(Job seen, Job.Change change, @Nullable String request) {
    Job.NextRun next = seen.schedule().next();
    ItemUpdate update =
        update(seen.id())
            .onlyIf("#state = :seen", STATE)
            .value(":seen", seen.state().name())
            .set(UPDATE_REQUEST, request);
    if (next == null) {
      update.onlyIf("attribute_not_exists(#nextRunId)", NEXT_RUN_ID);
    } else {
      update.onlyIf("#nextRunId = :next", NEXT_RUN_ID).value(":next", next.id().value());
    }
    setGiven(update, change, seen.settings().imageImport());
    Job.NextRun moved = change.nextRun();
    if (moved != null) {
      update.set(NEXT_RUN_ID, moved.id().value()).set(NEXT_RUN_TIME, moved.time());
      if (seen.state().isStopped()) {
        resume(update);
      }
    }
    return table.change(update);
  }

  private static void setGiven(ItemUpdate update, Job.Change change, ImageImport seenImport) {
    if (change.frequencyHours() != null) {
      update.set(FREQUENCY, change.frequencyHours());
    }
    if (change.recentAmisToKeep() != null) {
      update.set(NUMBER_OF_RECENT_AMIS_TO_KEEP, change.recentAmisToKeep());
    }
    setGiven(update, LICENSE_TYPE, change.licenseType());
    if (change.licenseType() != null) {
      update
          .onlyIf("attribute_not_exists(#imageImport) OR #imageImport = :seenImport", IMAGE_IMPORT)
          .value(":seenImport", seenImport.word());
    }
    setGiven(update, ROLE_NAME, change.roleName());
    setGiven(update, DESCRIPTION, change.description());
    if (change.encrypted() != null) {
      update.set(ENCRYPTED, change.encrypted());
    }
    if (Boolean.TRUE.equals(change.encrypted())) {
      // As set looks at the encryption: of two at once, one is refused.
      update
          .onlyIf("attribute_not_exists(#zeroBlocks) OR #zeroBlocks <> :omit", ZERO_BLOCKS)
          .value(":omit", ZeroPolicy.OMIT.word());
    }
    if (Boolean.FALSE.equals(change.encrypted())) {
      update.remove(KMS_KEY_ID);
    } else {
      setGiven(update, KMS_KEY_ID, change.kmsKeyId());
    }
  }

  private static void setGiven(ItemUpdate update, String name, @Nullable String value) {
    if (value != null) {
      update.set(name, value);
    }
  }

  /** The active run begins to work, the job with it if it is its first. */
  public Write begin(RunReference run, Instant now) {
    return table.change(
        whileActive(going(update(run.jobId())), run.runId())
            .set(STATE, Job.State.ACTIVE.name())
            .setIfAbsent(FIRST_RUN_AT, now));
  }

  /**
   * The active run made an AMI: the job's part of the commit.
   *
   * @param generation the VM snapshot that it shows
   */
  public Write publish(RunReference run, String amiId, Generation generation, Instant now) {
    return table.change(
        whileActive(update(run.jobId()), run.runId())
            .set(LATEST_AMI_ID, amiId)
            .set(LATEST_CAPTURED_AT, generation.createdAt())
            .add(COPIES, 1)
            .set(LATEST_COPY_AT, now)
            .set(CONSECUTIVE_FAILURES, 0)
            .remove(STATUS_MESSAGE)
            .remove(ACTIVE_RUN_ID));
  }

  /** Something that people should know of the job; only while nothing else is said of it. */
  public boolean remark(JobId id, String message) {
    return table.update(
        update(id)
            .set(STATUS_MESSAGE, message)
            .onlyIf("attribute_not_exists(#statusMessage)", STATUS_MESSAGE));
  }

  /**
   * What a failure of the active run makes of its job.
   *
   * @param message for people
   * @param kept whether the next start goes on with the run
   * @param retry what a job that has no next run gets as such; null: nothing
   */
  public record Failure(
      RunId runId, Job.State to, String message, boolean kept, Job.@Nullable NextRun retry) {}

  /** The active run failed; counted once, and from the count that the caller saw. */
  public Write fail(Job job, Failure failure, Instant now) {
    int failures = job.history().consecutiveFailures();
    ItemUpdate update =
        whileActive(update(job.id()), failure.runId())
            .set(STATE, failure.to().name())
            .set(STATUS_MESSAGE, failure.message())
            .set(CONSECUTIVE_FAILURES, failures + 1)
            .set(PAUSED_AT, failure.to().isStopped() ? now : null)
            .remove(ACTIVE_RUN_ID)
            .set(RESUMABLE_RUN_ID, failure.kept() ? failure.runId().value() : null)
            .onlyIf("#consecutiveFailures = :failures", CONSECUTIVE_FAILURES)
            .value(":failures", failures);
    Job.NextRun retry = failure.retry();
    if (retry != null) {
      update
          .onlyIf("attribute_not_exists(#nextRunId)", NEXT_RUN_ID)
          .set(NEXT_RUN_ID, retry.id().value())
          .set(NEXT_RUN_TIME, retry.time());
    }
    return table.change(update);
  }

  /** A one-time job has made its AMI; only between runs, and while it goes. */
  public Write complete(JobId id) {
    return table.change(
        betweenRuns(going(update(id)))
            .set(STATE, Job.State.COMPLETED.name())
            .remove(NEXT_RUN_ID)
            .remove(NEXT_RUN_TIME));
  }

  /**
   * The job serves longer; only from the state and the time that the caller saw. False: they are
   * others by now.
   */
  public boolean extend(Job seen, int days) {
    return table.update(lifetimeAsSeen(seen).set(EXTENDED_TO_DAYS, (Integer) days));
  }

  /** People were told of that end. False: the job has another by now. */
  public boolean warnedOf(Job seen, Instant end) {
    return table.update(lifetimeAsSeen(seen).set(WARNED_OF_END, end));
  }

  private static ItemUpdate lifetimeAsSeen(Job seen) {
    return lifetimeAsSeen(update(seen.id()), seen)
        .onlyIf("#state = :seen", STATE)
        .value(":seen", seen.state().name());
  }

  private static ItemUpdate lifetimeAsSeen(ItemUpdate update, Job seen) {
    Integer days = seen.history().lifetime().extendedToDays();
    return days == null
        ? update.onlyIf("attribute_not_exists(#extendedToDays)", EXTENDED_TO_DAYS)
        : update.onlyIf("#extendedToDays = :days", EXTENDED_TO_DAYS).value(":days", days);
  }

  /**
   * The job's time is over, and be it stopped; only between runs, when nothing is kept, and when
   * nobody has extended it since.
   */
  public Write end(Job seen, String message) {
    return table.change(
        lifetimeAsSeen(nothingKept(betweenRuns(update(seen.id()))), seen)
            .onlyIf("#state IN (:pending, :active, :paused, :failed)", STATE)
            .value(":pending", Job.State.PENDING.name())
            .value(":active", Job.State.ACTIVE.name())
            .value(":paused", Job.State.PAUSED_ON_FAILURE.name())
            .value(":failed", Job.State.FAILED.name())
            .set(STATE, Job.State.DELETED.name())
            .set(STATUS_MESSAGE, message)
            .remove(NEXT_RUN_ID)
            .remove(NEXT_RUN_TIME));
  }

  /**
   * The job is to be deleted, from whatever state the caller saw. What it has scheduled stays in
   * it, so that whoever completes the deletion finds it.
   */
  public boolean delete(Job seen) {
    return table.update(
        update(seen.id())
            .set(STATE, Job.State.DELETING.name())
            .set(STATUS_MESSAGE, "The job is being deleted.")
            .onlyIf("#state = :seen", STATE)
            .value(":seen", seen.state().name()));
  }

  /** The active run of a job that is being deleted is no more. */
  public Write stop(RunReference run) {
    return table.change(
        deleting(whileActive(update(run.jobId()), run.runId()).remove(ACTIVE_RUN_ID)));
  }

  /** The job is deleted; only between runs, and when nothing is kept. */
  public Write deleted(JobId id, String message) {
    return table.change(
        deleting(nothingKept(betweenRuns(update(id))))
            .set(STATE, Job.State.DELETED.name())
            .set(STATUS_MESSAGE, message)
            .remove(NEXT_RUN_ID)
            .remove(NEXT_RUN_TIME));
  }

  private static ItemUpdate deleting(ItemUpdate update) {
    return update.onlyIf("#state = :deleting", STATE).value(":deleting", Job.State.DELETING.name());
  }

  private static ItemUpdate advance(RunReference due, Job.@Nullable NextRun next) {
    return update(due.jobId())
        .set(NEXT_RUN_ID, next == null ? null : next.id().value())
        .set(NEXT_RUN_TIME, next == null ? null : next.time())
        .onlyIf("#nextRunId = :due", NEXT_RUN_ID)
        .value(":due", due.runId().value());
  }

  private static ItemUpdate whileActive(ItemUpdate update, RunId runId) {
    return update.onlyIf("#activeRunId = :run", ACTIVE_RUN_ID).value(":run", runId.value());
  }

  private static ItemUpdate betweenRuns(ItemUpdate update) {
    return update.onlyIf("attribute_not_exists(#activeRunId)", ACTIVE_RUN_ID);
  }

  private static ItemUpdate nothingKept(ItemUpdate update) {
    return update.onlyIf("attribute_not_exists(#resumableRunId)", RESUMABLE_RUN_ID);
  }

  private static ItemUpdate whileKept(ItemUpdate update, RunId kept) {
    return update.onlyIf("#resumableRunId = :kept", RESUMABLE_RUN_ID).value(":kept", kept.value());
  }

  private static ItemUpdate takeUp(ItemUpdate update, RunId kept) {
    return whileKept(update, kept).set(ACTIVE_RUN_ID, kept.value()).remove(RESUMABLE_RUN_ID);
  }

  private static ItemUpdate going(ItemUpdate update) {
    return update
        .onlyIf("#state IN (:pending, :active)", STATE)
        .value(":pending", Job.State.PENDING.name())
        .value(":active", Job.State.ACTIVE.name());
  }

  private static ItemUpdate update(JobId id) {
    return ItemUpdate.of(PK, id.value());
  }
}
