package dev.drover.functions.state;

import static dev.drover.functions.state.RunCodec.AMI_ID;
import static dev.drover.functions.state.RunCodec.ASKED_AGAIN_AT;
import static dev.drover.functions.state.RunCodec.ATTEMPT;
import static dev.drover.functions.state.RunCodec.BYTES_CHANGED;
import static dev.drover.functions.state.RunCodec.BYTES_READ;
import static dev.drover.functions.state.RunCodec.BYTES_SENT;
import static dev.drover.functions.state.RunCodec.CLIENT_REQUEST;
import static dev.drover.functions.state.RunCodec.COMPLETED_TIME;
import static dev.drover.functions.state.RunCodec.CONNECTOR_ID;
import static dev.drover.functions.state.RunCodec.COPIED_WHOLE;
import static dev.drover.functions.state.RunCodec.CORRUPT_SEGMENTS;
import static dev.drover.functions.state.RunCodec.DESCRIPTION;
import static dev.drover.functions.state.RunCodec.DISCARDED_AT;
import static dev.drover.functions.state.RunCodec.DISKS_GONE;
import static dev.drover.functions.state.RunCodec.DURABLE_EXTENTS;
import static dev.drover.functions.state.RunCodec.EARLIER_GENERATIONS;
import static dev.drover.functions.state.RunCodec.EXECUTION;
import static dev.drover.functions.state.RunCodec.FAILURE_CODE;
import static dev.drover.functions.state.RunCodec.FIRMWARE;
import static dev.drover.functions.state.RunCodec.GENERATION;
import static dev.drover.functions.state.RunCodec.IMPORT_AGAIN;
import static dev.drover.functions.state.RunCodec.IMPORT_EXECUTION;
import static dev.drover.functions.state.RunCodec.IMPORT_TASK_ID;
import static dev.drover.functions.state.RunCodec.KEPT_EXTENTS;
import static dev.drover.functions.state.RunCodec.NO_ROOM;
import static dev.drover.functions.state.RunCodec.OPENED_BY_SEQUENCE;
import static dev.drover.functions.state.RunCodec.OPENED_IN_ATTEMPT;
import static dev.drover.functions.state.RunCodec.PACE;
import static dev.drover.functions.state.RunCodec.PASS;
import static dev.drover.functions.state.RunCodec.RESUMABLE_UNTIL;
import static dev.drover.functions.state.RunCodec.RESUMED_AT;
import static dev.drover.functions.state.RunCodec.STAGE;
import static dev.drover.functions.state.RunCodec.STAGE_PROGRESS;
import static dev.drover.functions.state.RunCodec.STALLED_SINCE;
import static dev.drover.functions.state.RunCodec.STARTED_AT;
import static dev.drover.functions.state.RunCodec.STATE;
import static dev.drover.functions.state.RunCodec.STATUS_MESSAGE;
import static dev.drover.functions.state.RunCodec.WAITS_FOR;
import static dev.drover.functions.state.RunCodec.ZEROS;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The runs in the table, with the transitions that they allow: each names the state that it comes
 * from.
 */
public final class Runs {
  private final Table table;

  Runs(Table table) {
    this.table = table;
  }

  /** The run, if there is one. */
  public Optional<Run> find(RunReference run) {
    return table.get(RunCodec.pk(run.jobId()), RunCodec.sk(run.runId())).map(RunCodec::read);
  }

  /** Those of the runs that there are. */
  public List<Run> findAll(Collection<RunReference> runs) {
    return table
        .getAll(
            runs.stream()
                .distinct()
                .map(run -> Item.key(RunCodec.pk(run.jobId()), RunCodec.sk(run.runId())))
                .toList())
        .stream()
        .map(RunCodec::read)
        .toList();
  }

  /** Every run of a job, in no order; hourly for 90 days are 2,160. */
  public Stream<Run> list(JobId jobId) {
    return table.query(RunCodec.pk(jobId), RunCodec.SK_PREFIX).map(RunCodec::read);
  }

  /** A new run; only if there is none of its id. */
  public Write add(Run run) {
    return table.putIfAbsent(RunCodec.item(run));
  }

  /** The run's execution has begun; only once, and only that which has the run. */
  public Write begin(RunExecution begun, Instant now) {
    return table.change(
        ofExecution(update(begun.run()), begun.execution())
            .set(STATE, Run.State.ACTIVE.name())
            .set(STAGE, Run.Stage.PREPARING.name())
            .set(STARTED_AT, now)
            .onlyIf("#state = :pending", STATE)
            .value(":pending", Run.State.PENDING.name()));
  }

  /**
   * The execution after the one that a caller saw has the run from now on. False: another one has,
   * or the run has ended.
   */
  public boolean nextExecution(RunExecution seen) {
    return table.update(
        ofExecution(update(seen.run()), seen.execution())
            .set(EXECUTION, (Integer) (seen.execution() + 1))
            .onlyIf("#state IN (:pending, :active)", STATE)
            .value(":pending", Run.State.PENDING.name())
            .value(":active", Run.State.ACTIVE.name()));
  }

  /**
   * A failed run goes on from what it kept, in an execution of its own; only the failure that the
   * caller saw. One that never began is as it was.
   */
  public Write resume(Run seen, Instant now) {
    return table.change(resumed(seen, now));
  }

  /**
   * The same, because someone asked for it.
   *
   * @param clientRequest names the request, so that its repetition finds the run
   * @param askedAgainAt when the run was asked for again, as far as that still counts; with now
   */
  public Write resumeOnDemand(
      Run seen,
      @Nullable String description,
      @Nullable String clientRequest,
      List<Instant> askedAgainAt,
      Instant now) {
    ItemUpdate update =
        resumed(seen, now)
            .setValue(ASKED_AGAIN_AT, Item.texts(RunCodec.times(askedAgainAt)))
            .set(CLIENT_REQUEST, clientRequest);
    return table.change(description == null ? update : update.set(DESCRIPTION, description));
  }

  private static ItemUpdate resumed(Run seen, Instant now) {
    Run.State to = seen.startedAt() == null ? Run.State.PENDING : Run.State.ACTIVE;
    return whileKept(seen)
        .set(STATE, to.name())
        .set(EXECUTION, (Integer) (seen.course().execution() + 1))
        .set(RESUMED_AT, now)
        .set(PASS, (Integer) 0)
        .remove(KEPT_EXTENTS)
        .remove(STALLED_SINCE)
        .remove(RESUMABLE_UNTIL)
        .remove(FAILURE_CODE)
        .remove(STATUS_MESSAGE)
        .remove(WAITS_FOR)
        .remove(NO_ROOM)
        .remove(STAGE_PROGRESS);
  }

  /** A failed run is given up for good; only the failure that the caller saw. */
  public Write discard(Run seen, Instant now) {
    return table.change(whileKept(seen).set(DISCARDED_AT, now).remove(RESUMABLE_UNTIL));
  }

  private static ItemUpdate whileKept(Run seen) {
    return ofExecution(update(seen.reference()), seen.course().execution())
        .onlyIf("#state = :failed", STATE)
        .value(":failed", Run.State.FAILED.name())
        .onlyIf("attribute_exists(#resumableUntil)", RESUMABLE_UNTIL);
  }

  /**
   * The next attempt is handed to a connector; only once for each count that a caller saw. What the
   * caller counted goes into the table with it, see {@link Run#counted}.
   *
   * @param waitsFor why the connector may not begin soon; null where nothing speaks against it
   * @return the run as it is then; empty: it is not at work, or at another attempt
   */
  public Optional<Run> handOver(
      Run run, ConnectorId connectorId, int pass, @Nullable String waitsFor) {
    int attempt = run.handOver().attempt();
    return table
        .updateAndGet(
            ofExecution(whileActive(run.reference()), run.course().execution())
                .set(DURABLE_EXTENTS, (Integer) run.course().durableExtents())
                .set(KEPT_EXTENTS, run.course().keptExtents())
                .set(STALLED_SINCE, run.course().stalledSince())
                .set(ATTEMPT, attempt + 1)
                .set(PASS, pass)
                .set(CONNECTOR_ID, connectorId.value())
                .set(WAITS_FOR, waitsFor)
                .remove(NO_ROOM)
                .set(STAGE, Run.Stage.PREPARING.name())
                .remove(STAGE_PROGRESS)
                .remove(ZEROS)
                // What an earlier attempt failed with says nothing of this one.
                .remove(FAILURE_CODE)
                .remove(STATUS_MESSAGE)
                .onlyIf("#attempt = :seen", ATTEMPT)
                .value(":seen", attempt))
        .map(RunCodec::read);
  }

  /**
   * A generation is opened in an attempt; only from what the caller saw.
   *
   * @param seen null: none was open
   * @param copiedWhole see {@link Run.Course}
   * @param disksGone see there
   */
  public Write open(
      RunAttempt at,
      Run.@Nullable Opening seen,
      Run.Opening opening,
      @Nullable String copiedWhole,
      Set<String> disksGone) {
    ItemUpdate update =
        inAttempt(at)
            .set(GENERATION, opening.generation().value())
            .set(FIRMWARE, FirmwareText.of(opening.firmware()))
            .set(OPENED_IN_ATTEMPT, (Integer) opening.attempt())
            .set(OPENED_BY_SEQUENCE, (Long) opening.sequence())
            .setValue(EARLIER_GENERATIONS, earlier(seen, opening))
            .set(COPIED_WHOLE, copiedWhole)
            .setValue(DISKS_GONE, texts(disksGone))
            .remove(WAITS_FOR)
            .remove(NO_ROOM)
            .onlyIf(
                "attribute_not_exists(#openedInAttempt) OR #openedInAttempt < :attempt"
                    + " OR #openedBySequence < :sequence")
            .value(":sequence", opening.sequence());
    return table.change(
        seen == null
            ? update.onlyIf("attribute_not_exists(#generation)")
            : update.onlyIf("#generation = :seen").value(":seen", seen.generation().value()));
  }

  /** Those that are opened no longer, once another generation takes the place of that one. */
  private static @Nullable AttributeValue earlier(Run.@Nullable Opening seen, Run.Opening opening) {
    if (seen == null) {
      return null;
    }
    Set<Generation> earlier = new HashSet<>(seen.earlier());
    earlier.add(seen.generation());
    earlier.remove(opening.generation());
    return texts(RunCodec.texts(earlier));
  }

  /** DynamoDB has no empty sets. */
  private static @Nullable AttributeValue texts(Set<String> texts) {
    return texts.isEmpty() ? null : AttributeValue.fromSs(List.copyOf(texts));
  }

  /**
   * How far a connector is with uploading in an attempt. False: it is no news, or the stage that
   * follows has come.
   *
   * @param sequence of the report
   * @param shown percentage, bytes, and what the zeros take
   */
  public boolean progress(RunAttempt at, long sequence, Run.Progress shown) {
    return table.update(
        counted(reported(at, sequence, Run.Stage.UPLOADING, shown.stageProgress()), shown)
            .set(PACE, RunCodec.paceText(shown.pace()))
            .set(ZEROS, shown.zeros()));
  }

  /**
   * A connector has uploaded all of an attempt; the counters stay what they are. False: it is no
   * news, or the stage that follows has come.
   */
  public boolean uploaded(RunAttempt at, long sequence) {
    return table.update(reported(at, sequence, Run.Stage.CONVERTING, null));
  }

  private static ItemUpdate reported(
      RunAttempt at, long sequence, Run.Stage stage, @Nullable String stageProgress) {
    return inAttempt(at)
        .set(STAGE, stage.name())
        .set(STAGE_PROGRESS, stageProgress)
        .set("progressAttempt", at.attempt())
        .set("progressSequence", (Long) sequence)
        .remove(WAITS_FOR)
        .onlyIf("#stage IN (:preparing, :uploading)")
        .value(":preparing", Run.Stage.PREPARING.name())
        .value(":uploading", Run.Stage.UPLOADING.name())
        .onlyIf(
            "attribute_not_exists(#progressAttempt) OR #progressAttempt < :attempt"
                + " OR #progressSequence < :sequence")
        .value(":sequence", sequence);
  }

  /**
   * What a connector says of an attempt that it gave up; the execution decides what follows. False:
   * the run is not in that attempt.
   */
  public boolean say(RunAttempt at, String sentence) {
    return table.update(inAttempt(at).set(STATUS_MESSAGE, sentence));
  }

  /**
   * Why no AMI can come of the run, found outside of its execution. False: the run is not in that
   * attempt, or has a reason already, which stays.
   */
  public boolean refuse(RunAttempt at, String failureCode, String sentence) {
    return table.update(
        inAttempt(at)
            .set(FAILURE_CODE, failureCode)
            .set(STATUS_MESSAGE, sentence)
            .onlyIf("attribute_not_exists(#failureCode)"));
  }

  /**
   * EBS has no room for another pending snapshot of the run, in its words; null: it had. False: the
   * run is not in that attempt.
   */
  public boolean waitForRoom(RunAttempt at, @Nullable String reason) {
    return table.update(inAttempt(at).set(NO_ROOM, reason));
  }

  /**
   * The same, by one of those who ask again and again. False: another one does so already, or the
   * run is not in that attempt.
   *
   * @param next when this one asks again
   */
  public boolean askForRoomAgain(RunAttempt at, String reason, Instant now, Instant next) {
    return table.update(
        inAttempt(at)
            .set(NO_ROOM, reason)
            .set("roomAskedForAt", next)
            .onlyIf("attribute_not_exists(#roomAskedForAt) OR #roomAskedForAt <= :now")
            .value(":now", now.toEpochMilli()));
  }

  /** Only a condition: the run is at work in that attempt. */
  public Write stillIn(RunAttempt at) {
    return table.check(inAttempt(at));
  }

  /** How far what was sent is in EBS, with the final counters. False: the run is not at work. */
  public boolean applying(RunReference run, Run.Progress shown) {
    return table.update(
        counted(whileActive(run), shown)
            .set(STAGE, Run.Stage.CONVERTING.name())
            .set(STAGE_PROGRESS, shown.stageProgress()));
  }

  /** People were told that so many segments came corrupt. False: the run is not at work. */
  public boolean corrupt(RunReference run, int segments) {
    return table.update(whileActive(run).set(CORRUPT_SEGMENTS, (Integer) segments));
  }

  /** The run has come to a stage. False: it is not at work. */
  public boolean reach(RunReference run, Run.Stage stage) {
    return table.update(whileActive(run).set(STAGE, stage.name()).remove(STAGE_PROGRESS));
  }

  /** What VM Import is asked, or what it has answered. False: the run is not at work. */
  public boolean imported(RunReference run, Run.Import asked) {
    return table.update(
        whileActive(run)
            .set(IMPORT_EXECUTION, (Integer) asked.execution())
            .set(IMPORT_AGAIN, (Boolean) asked.again())
            .set(IMPORT_TASK_ID, asked.taskId()));
  }

  /** How far VM Import is, a sentence's beginning. False: the run is not at work. */
  public boolean converting(RunReference run, String progress) {
    return table.update(
        whileActive(run).set(STAGE, Run.Stage.CONVERTING.name()).set(STAGE_PROGRESS, progress));
  }

  /** The run made an AMI: the run's part of the commit. */
  public Write publish(RunReference run, String amiId, String sentence, Instant now) {
    return table.change(
        whileActive(run)
            .set(STATE, Run.State.COMPLETED.name())
            .set(STAGE, Run.Stage.COMPLETED.name())
            .set(AMI_ID, amiId)
            .set(COMPLETED_TIME, now)
            .set(STATUS_MESSAGE, sentence)
            .remove(STAGE_PROGRESS)
            .remove(PACE)
            .remove(ZEROS)
            .remove(FAILURE_CODE));
  }

  /**
   * The run makes no AMI, for now or for good; only if it has not ended, and only for the execution
   * that the caller saw.
   *
   * @param resumableUntil so long it keeps what is durable; null: it is given up
   */
  public Write fail(
      Run seen,
      String failureCode,
      String sentence,
      @Nullable Instant resumableUntil,
      Instant now) {
    return table.change(
        ofExecution(update(seen.reference()), seen.course().execution())
            .set(RESUMABLE_UNTIL, resumableUntil)
            .set(DISCARDED_AT, resumableUntil == null ? now : null)
            .set(STATE, Run.State.FAILED.name())
            .set(FAILURE_CODE, failureCode)
            .set(STATUS_MESSAGE, sentence)
            .onlyIf("#state IN (:pending, :active)", STATE)
            .value(":pending", Run.State.PENDING.name())
            .value(":active", Run.State.ACTIVE.name()));
  }

  private static ItemUpdate counted(ItemUpdate update, Run.Progress shown) {
    return update
        .set(BYTES_READ, (Long) shown.bytesRead())
        .set(BYTES_CHANGED, (Long) shown.bytesChanged())
        .set(BYTES_SENT, (Long) shown.bytesSent());
  }

  private static ItemUpdate inAttempt(RunAttempt at) {
    return whileActive(new RunReference(at.jobId(), at.runId()))
        .onlyIf("#attempt = :attempt", ATTEMPT)
        .value(":attempt", at.attempt());
  }

  private static ItemUpdate whileActive(RunReference run) {
    return update(run).onlyIf("#state = :active", STATE).value(":active", Run.State.ACTIVE.name());
  }

  private static ItemUpdate ofExecution(ItemUpdate update, int execution) {
    return update.onlyIf("#execution = :execution", EXECUTION).value(":execution", execution);
  }

  private static ItemUpdate update(RunReference run) {
    return ItemUpdate.of(RunCodec.pk(run.jobId()), RunCodec.sk(run.runId()));
  }
}
