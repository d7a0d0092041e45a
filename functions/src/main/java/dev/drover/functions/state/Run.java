package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job: one AMI, or the reason why there is none. Its item is the run's truth.
 *
 * <p>The transitions below are changes of the run's item that name the state they come from.
 *
 * @param description what the caller of an on-demand run said, else the job's
 * @param kmsKeyId as the job had it when the run was made; null: the account's default key
 * @param clientRequest the request that started an on-demand run, so that its repetition finds it
 */
public record Run(
    JobId jobId,
    RunId id,
    State state,
    Type type,
    Instant scheduledStartTime,
    @Nullable Instant startedAt,
    @Nullable String description,
    boolean encrypted,
    @Nullable String kmsKeyId,
    HandOver handOver,
    Progress progress,
    Outcome outcome,
    @Nullable String clientRequest) {

  private static final String SK_PREFIX = "RUN#";
  private static final String WHILE_ACTIVE = "#state = :active";

  /** SMS's ReplicationRunState. */
  public enum State {
    /** Made, its execution has not begun. */
    PENDING,
    /** Was due while another was active. */
    MISSED,
    /** At work. */
    ACTIVE,
    /** Made no AMI. */
    FAILED,
    /** Made an AMI. */
    COMPLETED,
    /** Being deleted with its job. */
    DELETING,
    /** Deleted with its job. */
    DELETED;

    /** Whether nothing more happens to the run's disks. */
    public boolean isEnded() {
      return switch (this) {
        case PENDING, ACTIVE -> false;
        case MISSED, FAILED, COMPLETED, DELETING, DELETED -> true;
      };
    }
  }

  /** SMS's ReplicationRunType. */
  public enum Type {
    /** Someone asked for it. */
    ON_DEMAND,
    /** It was scheduled. */
    AUTOMATIC
  }

  /** What SMS's stageDetails say. */
  public enum Stage {
    /** A connector is chosen, bases too. */
    PREPARING,
    /** A connector reads and sends. */
    UPLOADING,
    /** Snapshots complete, the image is made. */
    CONVERTING,
    /** There is an AMI. */
    COMPLETED
  }

  /**
   * Who works at the run.
   *
   * @param attempt hand-overs to connectors so far
   * @param pass how often what is missing was asked for
   * @param generation the newest that was opened
   */
  public record HandOver(
      int attempt,
      int pass,
      @Nullable ConnectorId connectorId,
      @Nullable Generation generation,
      @Nullable Firmware firmware) {}

  /** How far it is; a hint for people, never truth. */
  public record Progress(
      @Nullable Stage stage,
      @Nullable String stageProgress,
      long bytesRead,
      long bytesChanged,
      long bytesSent) {}

  /** How it ended, as far as it has. */
  public record Outcome(
      @Nullable String statusMessage,
      @Nullable String amiId,
      @Nullable Instant completedTime,
      @Nullable String failureCode) {}

  /** A run that is about to start. */
  public static Run pending(Job job, RunId id, Type type, Instant scheduledStartTime) {
    return unstarted(job, id, type, scheduledStartTime, State.PENDING, null);
  }

  /** A scheduled run that does not take place. */
  public static Run missed(Job job, RunId id, Instant scheduledStartTime, String reason) {
    return unstarted(job, id, Type.AUTOMATIC, scheduledStartTime, State.MISSED, reason);
  }

  private static Run unstarted(
      Job job, RunId id, Type type, Instant time, State state, @Nullable String message) {
    return new Run(
        job.id(),
        id,
        state,
        type,
        time,
        null,
        job.settings().description(),
        job.settings().encrypted(),
        job.settings().kmsKeyId(),
        new HandOver(0, 0, null, null, null),
        new Progress(null, null, 0, 0, 0),
        new Outcome(message, null, null, null),
        null);
  }

  /** The same run as someone asked for it. */
  public Run askedFor(@Nullable String saying, @Nullable String byRequest) {
    return new Run(
        jobId,
        id,
        state,
        type,
        scheduledStartTime,
        startedAt,
        saying == null ? description : saying,
        encrypted,
        kmsKeyId,
        handOver,
        progress,
        outcome,
        byRequest);
  }

  /** The run, if there is one. */
  public static Optional<Run> find(Table table, JobId jobId, RunId id) {
    return table.get(pk(jobId), sk(id)).map(Run::read);
  }

  /** Every run of a job, in no order; hourly for 90 days are 2,160. */
  public static Stream<Run> list(Table table, JobId jobId) {
    return table.query(pk(jobId), SK_PREFIX).map(Run::read);
  }

  /** Partition key of a job's runs. */
  public static String pk(JobId jobId) {
    return Job.PK + "#" + jobId;
  }

  /** Sort key of a run. */
  public static String sk(RunId id) {
    return SK_PREFIX + id;
  }

  static Run read(Item item) {
    return new Run(
        new JobId(item.text(Item.PK).substring(Job.PK.length() + 1)),
        new RunId(item.text(Item.SK).substring(SK_PREFIX.length())),
        State.valueOf(item.text("state")),
        Type.valueOf(item.text("type")),
        item.time("scheduledStartTime"),
        item.findTime("startedAt").orElse(null),
        item.findText("description").orElse(null),
        item.flag("encrypted"),
        item.findText("kmsKeyId").orElse(null),
        readHandOver(item),
        readProgress(item),
        readOutcome(item),
        item.findText("clientRequest").orElse(null));
  }

  private static HandOver readHandOver(Item item) {
    return new HandOver(
        item.count("attempt"),
        item.count("pass"),
        item.findText("connectorId").map(ConnectorId::new).orElse(null),
        item.findText("generation").map(Generation::new).orElse(null),
        item.findText("firmware").map(Run::parseFirmware).orElse(null));
  }

  private static Progress readProgress(Item item) {
    return new Progress(
        item.findText("stage").map(Stage::valueOf).orElse(null),
        item.findText("stageProgress").orElse(null),
        item.findNumber("bytesRead").orElse(0L),
        item.findNumber("bytesChanged").orElse(0L),
        item.findNumber("bytesSent").orElse(0L));
  }

  private static Outcome readOutcome(Item item) {
    return new Outcome(
        item.findText("statusMessage").orElse(null),
        item.findText("amiId").orElse(null),
        item.findTime("completedTime").orElse(null),
        item.findText("failureCode").orElse(null));
  }

  /** The run as a new item. */
  public Item toItem() {
    ConnectorId connector = handOver.connectorId();
    Generation generation = handOver.generation();
    Firmware firmware = handOver.firmware();
    Stage stage = progress.stage();
    return Item.of(pk(jobId), sk(id))
        .with("state", state.name())
        .with("type", type.name())
        .with("scheduledStartTime", scheduledStartTime)
        .with("startedAt", startedAt)
        .with("description", description)
        .with("encrypted", encrypted)
        .with("kmsKeyId", kmsKeyId)
        .with("attempt", handOver.attempt())
        .with("pass", handOver.pass())
        .with("connectorId", connector == null ? null : connector.value())
        .with("generation", generation == null ? null : generation.value())
        .with("firmware", firmware == null ? null : firmwareText(firmware))
        .with("stage", stage == null ? null : stage.name())
        .with("stageProgress", progress.stageProgress())
        .with("bytesRead", progress.bytesRead())
        .with("bytesChanged", progress.bytesChanged())
        .with("bytesSent", progress.bytesSent())
        .with("statusMessage", outcome.statusMessage())
        .with("amiId", outcome.amiId())
        .with("completedTime", outcome.completedTime())
        .with("failureCode", outcome.failureCode())
        .with("clientRequest", clientRequest);
  }

  /** The run's execution has begun. */
  public static ItemUpdate begin(JobId jobId, RunId id, Instant now) {
    return update(jobId, id)
        .set("state", State.ACTIVE.name())
        .set("stage", Stage.PREPARING.name())
        .set("startedAt", now)
        .onlyIf("#state = :pending", "state")
        .value(":pending", State.PENDING.name());
  }

  /** The next attempt is handed to a connector; only once for each count that a caller saw. */
  public ItemUpdate handOverTo(ConnectorId connectorId, int pass) {
    return whileActive(jobId, id)
        .set("attempt", handOver.attempt() + 1)
        .set("pass", pass)
        .set("connectorId", connectorId.value())
        .set("stage", Stage.PREPARING.name())
        .remove("stageProgress")
        // What an earlier attempt failed with says nothing of this one.
        .remove("failureCode")
        .remove("statusMessage")
        .onlyIf("#attempt = :seen", "attempt")
        .value(":seen", handOver.attempt());
  }

  /**
   * A generation is opened in an attempt; only from the generation that the caller saw.
   *
   * @param seen null: none was open
   */
  public static ItemUpdate open(
      RunAttempt at, @Nullable Generation seen, Generation generation, Firmware newFirmware) {
    ItemUpdate update =
        inAttempt(at)
            .set("generation", generation.value())
            .set("firmware", firmwareText(newFirmware));
    return seen == null
        ? update.onlyIf("attribute_not_exists(#generation)")
        : update.onlyIf("#generation = :seen").value(":seen", seen.value());
  }

  /**
   * How far a connector is with uploading in an attempt; only news, and only until the stage that
   * follows.
   *
   * @param sequence of the report
   * @param shown percentage and bytes
   */
  public static ItemUpdate progress(RunAttempt at, long sequence, Progress shown) {
    return reported(at, sequence, Stage.UPLOADING, shown.stageProgress())
        .set("bytesRead", (Long) shown.bytesRead())
        .set("bytesChanged", (Long) shown.bytesChanged())
        .set("bytesSent", (Long) shown.bytesSent());
  }

  /** A connector has uploaded all of an attempt; the counters stay what they are. */
  public static ItemUpdate uploaded(RunAttempt at, long sequence) {
    return reported(at, sequence, Stage.CONVERTING, null);
  }

  private static ItemUpdate reported(
      RunAttempt at, long sequence, Stage stage, @Nullable String stageProgress) {
    return inAttempt(at)
        .set("stage", stage.name())
        .set("stageProgress", stageProgress)
        .set("progressAttempt", at.attempt())
        .set("progressSequence", (Long) sequence)
        .onlyIf("#stage IN (:preparing, :uploading)")
        .value(":preparing", Stage.PREPARING.name())
        .value(":uploading", Stage.UPLOADING.name())
        .onlyIf(
            "attribute_not_exists(#progressAttempt) OR #progressAttempt < :attempt"
                + " OR #progressSequence < :sequence")
        .value(":sequence", sequence);
  }

  /** What a connector says of an attempt that it gave up; the execution decides what follows. */
  public static ItemUpdate say(RunAttempt at, String sentence) {
    return inAttempt(at).set("statusMessage", sentence);
  }

  /** Why no AMI can come of the run, found outside of its execution; the first reason stays. */
  public static ItemUpdate refuse(RunAttempt at, String failureCode, String sentence) {
    return inAttempt(at)
        .set("failureCode", failureCode)
        .set("statusMessage", sentence)
        .onlyIf("attribute_not_exists(#failureCode)");
  }

  private static ItemUpdate inAttempt(RunAttempt at) {
    return whileActive(at.jobId(), at.runId())
        .onlyIf("#attempt = :attempt", "attempt")
        .value(":attempt", at.attempt());
  }

  /** The run has come to a stage. */
  public static ItemUpdate reach(JobId jobId, RunId id, Stage stage) {
    return whileActive(jobId, id).set("stage", stage.name()).remove("stageProgress");
  }

  /** The run made an AMI: the run's part of the commit, which adds its own sentence. */
  public static ItemUpdate publish(JobId jobId, RunId id, String amiId, Instant now) {
    return whileActive(jobId, id)
        .set("state", State.COMPLETED.name())
        .set("stage", Stage.COMPLETED.name())
        .set("amiId", amiId)
        .set("completedTime", now)
        .remove("stageProgress")
        .remove("failureCode");
  }

  /** The run makes no AMI. */
  public static ItemUpdate fail(JobId jobId, RunId id, String failureCode, String sentence) {
    return update(jobId, id)
        .set("state", State.FAILED.name())
        .set("failureCode", failureCode)
        .set("statusMessage", sentence)
        .onlyIf("#state IN (:pending, :active)", "state")
        .value(":pending", State.PENDING.name())
        .value(":active", State.ACTIVE.name());
  }

  /** A change that holds only while the run is at work. */
  public static ItemUpdate whileActive(JobId jobId, RunId id) {
    return update(jobId, id).onlyIf(WHILE_ACTIVE, "state").value(":active", State.ACTIVE.name());
  }

  /** A firmware in the table: {@code bios} or {@code uefi}. */
  public static String firmwareText(Firmware firmware) {
    return firmware.name().toLowerCase(Locale.ROOT);
  }

  /** Reads what {@link #firmwareText} wrote. */
  public static Firmware parseFirmware(String text) {
    return Firmware.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static ItemUpdate update(JobId jobId, RunId id) {
    return ItemUpdate.of(pk(jobId), sk(id));
  }
}
