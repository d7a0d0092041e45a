package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job: one AMI, or the reason why there is none. Its item is the run's truth.
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
   * @param opening null until a generation was opened
   * @param waitsFor why the connector may not begin soon, one sentence or more; null when it may,
   *     or has begun
   */
  public record HandOver(
      int attempt,
      int pass,
      @Nullable ConnectorId connectorId,
      @Nullable Opening opening,
      @Nullable String waitsFor) {

    /** The newest that was opened, if one was. */
    public @Nullable Generation generation() {
      return opening == null ? null : opening.generation();
    }

    /** The server's, as the newest opening had it. */
    public @Nullable Firmware firmware() {
      return opening == null ? null : opening.firmware();
    }
  }

  /**
   * The newest generation that was opened. Which of two is newer is told by attempt and report, and
   * never by the generations' names: these have the time of the site, where two connectors may
   * differ.
   *
   * @param attempt in which it was reported first; an attempt is one connector's
   * @param sequence of that report; the connector's reports of one attempt ascend
   * @param earlier the generations that were opened before it
   */
  public record Opening(
      Generation generation,
      Firmware firmware,
      int attempt,
      long sequence,
      Set<Generation> earlier) {
    /** Copies the set. */
    public Opening {
      earlier = Set.copyOf(earlier);
    }

    /** The first of a run, or one whose predecessors whoever keeps it knows. */
    public Opening(Generation generation, Firmware firmware, int attempt, long sequence) {
      this(generation, firmware, attempt, sequence, Set.of());
    }

    /** Whether a report of that attempt came before the one that this was opened by. */
    public boolean isAfter(int reportAttempt, long reportSequence) {
      return reportAttempt < attempt || (reportAttempt == attempt && reportSequence < sequence);
    }
  }

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

  /** What names the run. */
  public RunReference reference() {
    return new RunReference(jobId, id);
  }
}
