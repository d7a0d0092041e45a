package dev.drover.functions.state;

import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A replication job: one server, when it is replicated, into what, and how that went so far.
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

  /** SMS's ReplicationJobState. */
  public enum State {
    /** Waits for its first run. */
    PENDING,
    /** Its first run has begun. */
    ACTIVE,
    /** Stopped by too many failures, a one-time job; may be resumed, while its server is free. */
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

    /** Whether failures stopped the job, and someone may have it go on. */
    public boolean isStopped() {
      return this == PAUSED_ON_FAILURE || this == FAILED;
    }

    /** Whether someone may ask for a run in this state; it resumes a job that was stopped. */
    public boolean mayRunOnDemand() {
      return isGoing() || isStopped();
    }

    /** Whether the job never runs again. */
    public boolean isEnded() {
      return this == DELETED || this == COMPLETED;
    }

    /** Whether its server is free for another job, also while this one may be resumed. */
    public boolean freesServer() {
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
   * @param zeroBlocks of copies without a base, from the next run on
   * @param imageImport of the images that are still to be made
   */
  public record Settings(
      @Nullable String licenseType,
      @Nullable String roleName,
      @Nullable String description,
      @Nullable Integer recentAmisToKeep,
      boolean encrypted,
      @Nullable String kmsKeyId,
      ZeroPolicy zeroBlocks,
      ImageImport imageImport) {

    /** What SMS has members for; all else is as it is by default. */
    public Settings(
        @Nullable String licenseType,
        @Nullable String roleName,
        @Nullable String description,
        @Nullable Integer recentAmisToKeep,
        boolean encrypted,
        @Nullable String kmsKeyId) {
      this(
          licenseType,
          roleName,
          description,
          recentAmisToKeep,
          encrypted,
          kmsKeyId,
          ZeroPolicy.SEND,
          ImageImport.AUTO);
    }
  }

  /**
   * What a caller wants to be otherwise from the next run on; null leaves it as it is.
   *
   * @param nextRun when and as which run the job starts next; a paused job goes on with it
   * @param kmsKeyId goes with encryption that is taken away
   */
  public record Change(
      @Nullable Integer frequencyHours,
      @Nullable NextRun nextRun,
      @Nullable String licenseType,
      @Nullable String roleName,
      @Nullable String description,
      @Nullable Integer recentAmisToKeep,
      @Nullable Boolean encrypted,
      @Nullable String kmsKeyId) {}

  /**
   * How the job went.
   *
   * @param lifetime how long it serves
   * @param resumableRunId the failed run that the next start goes on with, if one is kept
   * @param clientRequest the request that made the job, so that its repetition finds it
   * @param updateRequest the newest request that changed it, so that its repetition does nothing
   * @param pausedAt when its failures stopped it; null while they have not
   * @param copies the AMIs that it made
   */
  public record History(
      Instant createdAt,
      Lifetime lifetime,
      @Nullable RunId activeRunId,
      @Nullable RunId resumableRunId,
      @Nullable String latestAmiId,
      int consecutiveFailures,
      @Nullable String clientRequest,
      @Nullable String updateRequest,
      @Nullable Instant pausedAt,
      Copies copies) {

    /** Of a job that has made no AMI. */
    public History(
        Instant createdAt,
        Lifetime lifetime,
        @Nullable RunId activeRunId,
        @Nullable RunId resumableRunId,
        @Nullable String latestAmiId,
        int consecutiveFailures,
        @Nullable String clientRequest,
        @Nullable String updateRequest,
        @Nullable Instant pausedAt) {
      this(
          createdAt,
          lifetime,
          activeRunId,
          resumableRunId,
          latestAmiId,
          consecutiveFailures,
          clientRequest,
          updateRequest,
          pausedAt,
          Copies.NONE);
    }
  }

  /**
   * The AMIs that a job made, pruned ones too.
   *
   * @param latestAt when the newest one was made; null while there is none
   * @param latestCapturedAt when the VM snapshot of the newest one was taken, by the site's clock;
   *     null while there is none, and of one that an older version made
   */
  public record Copies(int count, @Nullable Instant latestAt, @Nullable Instant latestCapturedAt) {
    /** No AMI. */
    public static final Copies NONE = new Copies(0, null, null);
  }

  /**
   * How long the job serves.
   *
   * @param firstRunAt when its first run began, from which its days count; null: none has
   * @param extendedToDays null: nobody extended it
   * @param warnedOfEnd the end of which people were told; another one is told again
   */
  public record Lifetime(
      @Nullable Instant firstRunAt,
      @Nullable Integer extendedToDays,
      @Nullable Instant warnedOfEnd) {
    /**
     * A job serves 90 days from its first run, as SMS had it.
     *
     * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS
     *     User Guide, service use per VM</a>
     */
    public static final int DAYS = 90;

    /** Of a job that has not run yet. */
    public static final Lifetime UNBEGUN = new Lifetime(null, null, null);

    /** From the first run to the end. */
    public int days() {
      return extendedToDays == null ? DAYS : extendedToDays;
    }

    /** When the job ends; empty before its first run. */
    public Optional<Instant> end() {
      return Optional.ofNullable(firstRunAt).map(first -> first.plus(Duration.ofDays(days())));
    }
  }
}
