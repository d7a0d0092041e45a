package dev.drover.functions.state;

import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A replication job: one server, when it is replicated, into what, and how that went so far.
 *
 * <p>The transitions below are changes of the job's item that name the state they come from; each
 * is used alone or inside a transaction with the run's.
 *
 * @param statusMessage one sentence for people, where there is something to say
 */
public record Job(
    JobId id,
    ServerId serverId,
    EnvironmentName environment,
    State state,
    @Nullable String statusMessage,
    Schedule schedule,
    Settings settings,
    History history) {

  /** Every job's partition key. */
  public static final String PK = "JOB";

  private static final String GOING = "#state IN (:pending, :active)";

  /** SMS's ReplicationJobState. */
  public enum State {
    /** Waits for its first run. */
    PENDING,
    /** Its first run has begun. */
    ACTIVE,
    /** Given up after too many failures; a one-time job. */
    FAILED,
    /** Being deleted. */
    DELETING,
    /** Deleted, or ended after 90 days. */
    DELETED,
    /** A one-time job that made its AMI. */
    COMPLETED,
    /** Runs no more until someone resumes it. */
    PAUSED_ON_FAILURE,
    /** Being given up. */
    FAILING;

    /** Whether runs are scheduled and started in this state. */
    public boolean isGoing() {
      return this == PENDING || this == ACTIVE;
    }

    /** Whether someone may ask for a run in this state; it resumes a paused job. */
    public boolean mayRunOnDemand() {
      return isGoing() || this == PAUSED_ON_FAILURE;
    }

    /** Whether the job never runs again, so that its server is free for another. */
    public boolean isEnded() {
      return switch (this) {
        case FAILED, DELETED, COMPLETED -> true;
        case PENDING, ACTIVE, DELETING, PAUSED_ON_FAILURE, FAILING -> false;
      };
    }
  }

  /** The run that the schedule will start next; its id is fixed before it is due. */
  public record NextRun(RunId id, Instant time) {}

  /**
   * When the job runs.
   *
   * @param seedTime when its first run was asked for, as the caller said it
   * @param frequencyHours hours between runs; null when the job runs once
   * @param next null when nothing is to come
   */
  public record Schedule(
      Instant seedTime, @Nullable Integer frequencyHours, boolean runOnce, @Nullable NextRun next) {

    /** The first of the job's regular times after a run's own that is still to come, if any. */
    public Optional<Instant> following(Instant runTime, Instant now) {
      if (frequencyHours == null || runOnce) {
        return Optional.empty();
      }
      long periodMillis = Duration.ofHours(frequencyHours).toMillis();
      long lateMillis = Math.max(0, now.toEpochMilli() - runTime.toEpochMilli());
      return Optional.of(runTime.plusMillis(periodMillis * (lateMillis / periodMillis + 1)));
    }
  }

  /**
   * What the caller wants of the images.
   *
   * @param licenseType SMS's LicenseType; null leaves it to the guest's system
   * @param recentAmisToKeep null or 0: all
   * @param kmsKeyId id, alias or ARN as the caller said it; null: the account's default key
   */
  public record Settings(
      @Nullable String licenseType,
      @Nullable String roleName,
      @Nullable String description,
      @Nullable Integer recentAmisToKeep,
      boolean encrypted,
      @Nullable String kmsKeyId) {}

  /**
   * How the job went.
   *
   * @param clientRequest the request that made the job, so that its repetition finds it
   */
  public record History(
      Instant createdAt,
      @Nullable Instant firstRunAt,
      @Nullable RunId activeRunId,
      @Nullable String latestAmiId,
      int consecutiveFailures,
      @Nullable String clientRequest) {}

  /** The job, if there is one. */
  public static Optional<Job> find(Table table, JobId id) {
    return table.get(PK, id.value()).map(Job::read);
  }

  /** Every job whose id comes after that text, ascending. */
  public static Stream<Job> listAfter(Table table, String id) {
    return table.queryAfter(PK, id).map(Job::read);
  }

  static Job read(Item item) {
    return new Job(
        new JobId(item.text(Item.SK)),
        new ServerId(item.text("serverId")),
        new EnvironmentName(item.text("environment")),
        State.valueOf(item.text("state")),
        item.findText("statusMessage").orElse(null),
        readSchedule(item),
        readSettings(item),
        readHistory(item));
  }

  private static Schedule readSchedule(Item item) {
    NextRun next =
        item.findText("nextRunId")
            .map(id -> new NextRun(new RunId(id), item.time("nextRunTime")))
            .orElse(null);
    return new Schedule(
        item.time("seedReplicationTime"),
        item.findNumber("frequency").map(Math::toIntExact).orElse(null),
        item.flag("runOnce"),
        next);
  }

  private static Settings readSettings(Item item) {
    return new Settings(
        item.findText("licenseType").orElse(null),
        item.findText("roleName").orElse(null),
        item.findText("description").orElse(null),
        item.findNumber("numberOfRecentAmisToKeep").map(Math::toIntExact).orElse(null),
        item.flag("encrypted"),
        item.findText("kmsKeyId").orElse(null));
  }

  private static History readHistory(Item item) {
    return new History(
        item.time("createdAt"),
        item.findTime("firstRunAt").orElse(null),
        item.findText("activeRunId").map(RunId::new).orElse(null),
        item.findText("latestAmiId").orElse(null),
        item.count("consecutiveFailures"),
        item.findText("clientRequest").orElse(null));
  }

  /** The job as a new item. */
  public Item toItem() {
    NextRun next = schedule.next();
    RunId active = history.activeRunId();
    return Item.of(PK, id.value())
        .with("serverId", serverId.value())
        .with("environment", environment.value())
        .with("state", state.name())
        .with("statusMessage", statusMessage)
        .with("seedReplicationTime", schedule.seedTime())
        .with("frequency", schedule.frequencyHours())
        .with("runOnce", schedule.runOnce())
        .with("nextRunTime", next == null ? null : next.time())
        .with("nextRunId", next == null ? null : next.id().value())
        .with("licenseType", settings.licenseType())
        .with("roleName", settings.roleName())
        .with("description", settings.description())
        .with("numberOfRecentAmisToKeep", settings.recentAmisToKeep())
        .with("encrypted", settings.encrypted())
        .with("kmsKeyId", settings.kmsKeyId())
        .with("createdAt", history.createdAt())
        .with("firstRunAt", history.firstRunAt())
        .with("activeRunId", active == null ? null : active.value())
        .with("latestAmiId", history.latestAmiId())
        .with("consecutiveFailures", history.consecutiveFailures())
        .with("clientRequest", history.clientRequest());
  }

  /** The due run becomes the active one; only while none is and only once. */
  public static ItemUpdate startScheduled(JobId id, RunId due, @Nullable NextRun next) {
    return going(advance(id, due, next))
        .set("activeRunId", due.value())
        .onlyIf("attribute_not_exists(#activeRunId)", "activeRunId");
  }

  /** The due run is passed over, because another is active; only once. */
  public static ItemUpdate missScheduled(JobId id, RunId due, @Nullable NextRun next) {
    return advance(id, due, next).onlyIf("attribute_exists(#activeRunId)", "activeRunId");
  }

  /**
   * A run on demand becomes the active one; only between runs, and from the state that the caller
   * saw. A paused job goes on with it: its failures count anew, and its schedule does not make up
   * for what the pause left out.
   */
  public ItemUpdate startOnDemand(RunId runId, Instant now) {
    ItemUpdate update =
        ItemUpdate.of(PK, id.value())
            .set("activeRunId", runId.value())
            .onlyIf("attribute_not_exists(#activeRunId)", "activeRunId")
            .onlyIf("#state = :seen", "state")
            .value(":seen", state.name());
    if (state != State.PAUSED_ON_FAILURE) {
      return update;
    }
    NextRun next = schedule.next();
    update.set("state", State.ACTIVE.name()).set("consecutiveFailures", 0).remove("statusMessage");
    return next == null || next.time().isAfter(now)
        ? update
        : update.set("nextRunTime", schedule.following(next.time(), now).orElse(null));
  }

  /** The active run begins to work, the job with it if it is its first. */
  public static ItemUpdate begin(JobId id, RunId runId, Instant now) {
    return whileActive(going(ItemUpdate.of(PK, id.value())), runId)
        .set("state", State.ACTIVE.name())
        .setIfAbsent("firstRunAt", now);
  }

  /** The active run made an AMI: the job's part of the commit. */
  public static ItemUpdate publish(JobId id, RunId runId, String amiId) {
    return whileActive(ItemUpdate.of(PK, id.value()), runId)
        .set("latestAmiId", amiId)
        .set("consecutiveFailures", 0)
        .remove("statusMessage")
        .remove("activeRunId");
  }

  /** The active run failed; counted once, and from the count that the caller saw. */
  public ItemUpdate fail(RunId runId, State to, String message) {
    return whileActive(ItemUpdate.of(PK, id.value()), runId)
        .set("state", to.name())
        .set("statusMessage", message)
        .set("consecutiveFailures", history.consecutiveFailures() + 1)
        .remove("activeRunId")
        .onlyIf("#consecutiveFailures = :failures", "consecutiveFailures")
        .value(":failures", history.consecutiveFailures());
  }

  /** A one-time job has made its AMI. */
  public static ItemUpdate complete(JobId id) {
    return going(ItemUpdate.of(PK, id.value()))
        .set("state", State.COMPLETED.name())
        .remove("nextRunId")
        .remove("nextRunTime")
        .onlyIf("attribute_not_exists(#activeRunId)", "activeRunId");
  }

  /** The job's time is over, and be it paused. */
  public static ItemUpdate end(JobId id, String message) {
    return ItemUpdate.of(PK, id.value())
        .onlyIf("#state IN (:pending, :active, :paused)", "state")
        .value(":pending", State.PENDING.name())
        .value(":active", State.ACTIVE.name())
        .value(":paused", State.PAUSED_ON_FAILURE.name())
        .set("state", State.DELETED.name())
        .set("statusMessage", message)
        .remove("nextRunId")
        .remove("nextRunTime")
        .onlyIf("attribute_not_exists(#activeRunId)", "activeRunId");
  }

  private static ItemUpdate advance(JobId id, RunId due, @Nullable NextRun next) {
    return ItemUpdate.of(PK, id.value())
        .set("nextRunId", next == null ? null : next.id().value())
        .set("nextRunTime", next == null ? null : next.time())
        .onlyIf("#nextRunId = :due", "nextRunId")
        .value(":due", due.value());
  }

  private static ItemUpdate whileActive(ItemUpdate update, RunId runId) {
    return update.onlyIf("#activeRunId = :run", "activeRunId").value(":run", runId.value());
  }

  private static ItemUpdate going(ItemUpdate update) {
    return update
        .onlyIf(GOING, "state")
        .value(":pending", State.PENDING.name())
        .value(":active", State.ACTIVE.name());
  }
}
