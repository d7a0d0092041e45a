package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job: one AMI, or the reason why there is none. Its item is the run's truth.
 *
 * @param description what the caller of an on-demand run said, else the job's
 * @param kmsKeyId as the job had it when the run was made; null: the account's default key
 * @param zeroBlocks as the job had it when the run was made
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
    ZeroPolicy zeroBlocks,
    HandOver handOver,
    Progress progress,
    Outcome outcome,
    @Nullable String clientRequest,
    Course course) {

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
   * @param noRoom that the account has no room for another pending snapshot, whoever has them, in
   *     EBS's words; null when the run does not wait for that
   */
  public record HandOver(
      int attempt,
      int pass,
      @Nullable ConnectorId connectorId,
      @Nullable Opening opening,
      @Nullable String waitsFor,
      @Nullable String noRoom) {

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

    /** This generation and those before it, the last by name first. */
    public List<Generation> all() {
      return Stream.concat(Stream.of(generation), earlier.stream())
          .distinct()
          .sorted(Comparator.reverseOrder())
          .toList();
    }

    /** Whether a report of that attempt came before the one that this was opened by. */
    public boolean isAfter(int reportAttempt, long reportSequence) {
      return reportAttempt < attempt || (reportAttempt == attempt && reportSequence < sequence);
    }
  }

  /** The attempt that it is at; 0 before the first. */
  public RunAttempt attempt() {
    return new RunAttempt(jobId, id, handOver.attempt());
  }

  /** Whether a connector has sent anything for it. */
  public boolean hasMovedData() {
    return progress.bytesSent() > 0 || course.durableExtents() > 0;
  }

  /**
   * Which execution has the run, and how it comes through trouble.
   *
   * @param execution the number of the run's execution, from 1; see {@link RunExecution}
   * @param resumedAt when the run last went on after it had failed
   * @param keptExtents how many were durable when it last went on; null until they are counted
   * @param durableExtents how many were durable at the newest hand-over
   * @param stalledSince since when hand-overs find nothing new durable; null: the newest did
   * @param resumableUntil a failed run keeps what is durable until then; null: it keeps nothing
   * @param discardedAt when a failed run was given up for good
   * @param askedAgainAt when someone asked for it again, as far as that counts toward a limit
   * @param copiedWhole which disks have no base and why, a sentence; null: all have one, or no
   *     generation was opened
   * @param disksGone disks that an earlier copy or opening had and this one has not, by name
   * @param corruptSegments how many segments came corrupt, as far as somebody was told
   * @param imported null: VM Import is not to make its image, or was not asked yet
   */
  public record Course(
      int execution,
      @Nullable Instant resumedAt,
      @Nullable Integer keptExtents,
      int durableExtents,
      @Nullable Instant stalledSince,
      @Nullable Instant resumableUntil,
      @Nullable Instant discardedAt,
      List<Instant> askedAgainAt,
      @Nullable String copiedWhole,
      Set<String> disksGone,
      int corruptSegments,
      @Nullable Import imported) {
    /** Of a run that has met with nothing yet. */
    public static final Course FIRST =
        new Course(1, null, null, 0, null, null, null, List.of(), null, Set.of(), 0, null);

    /** Keeps its own list and set. */
    public Course {
      askedAgainAt = List.copyOf(askedAgainAt);
      disksGone = Set.copyOf(disksGone);
    }
  }

  /**
   * What VM Import is asked to make the run's image with. It is written down before VM Import is
   * asked, and names the request, so that whoever comes later finds what it started.
   *
   * @param execution of the run that asked
   * @param again an earlier execution asked, too, and VM Import failed
   * @param taskId null until EC2 has said it
   */
  public record Import(int execution, boolean again, @Nullable String taskId) {
    /** The same once EC2 has said which task it is. */
    public Import as(String task) {
      return new Import(execution, again, task);
    }
  }

  /**
   * How far it is; a hint for people, never truth.
   *
   * @param zeros what the zero blocks of the copy will take, a sentence; null: nothing to speak of
   * @param pace null until a connector has read
   */
  public record Progress(
      @Nullable Stage stage,
      @Nullable String stageProgress,
      long bytesRead,
      long bytesChanged,
      long bytesSent,
      @Nullable String zeros,
      @Nullable Pace pace) {

    /** Of a run at whose pace nobody looks. */
    public Progress(
        @Nullable Stage stage,
        @Nullable String stageProgress,
        long bytesRead,
        long bytesChanged,
        long bytesSent,
        @Nullable String zeros) {
      this(stage, stageProgress, bytesRead, bytesChanged, bytesSent, zeros, null);
    }

    /** Of a run whose zero blocks need no word. */
    public Progress(
        @Nullable Stage stage,
        @Nullable String stageProgress,
        long bytesRead,
        long bytesChanged,
        long bytesSent) {
      this(stage, stageProgress, bytesRead, bytesChanged, bytesSent, null);
    }
  }

  /**
   * How fast a connector reads in an attempt.
   *
   * @param since when it first said how far it was
   * @param bytesBefore what it had read then
   * @param until when it last did
   * @param bytesTotal of all disks
   */
  public record Pace(int attempt, Instant since, long bytesBefore, Instant until, long bytesTotal) {

    /** How many bytes a second, when it has read that many; 0: not known. */
    public long bytesPerSecond(long bytesRead) {
      long millis = Duration.between(since, until).toMillis();
      return millis < 1_000 ? 0 : Math.max(0, (bytesRead - bytesBefore) * 1_000 / millis);
    }
  }

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
        job.settings().zeroBlocks(),
        new HandOver(0, 0, null, null, null, null),
        new Progress(null, null, 0, 0, 0),
        new Outcome(message, null, null, null),
        null,
        Course.FIRST);
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
        zeroBlocks,
        handOver,
        progress,
        outcome,
        byRequest,
        course);
  }

  /**
   * The same run after what is durable was counted.
   *
   * @param stalledSince since when there is no more of it, see {@link Course}
   */
  public Run counted(int durableExtents, @Nullable Instant stalledSince) {
    boolean isFirstSinceResumed = course.resumedAt() != null && course.keptExtents() == null;
    return new Run(
        jobId,
        id,
        state,
        type,
        scheduledStartTime,
        startedAt,
        description,
        encrypted,
        kmsKeyId,
        zeroBlocks,
        handOver,
        progress,
        outcome,
        clientRequest,
        new Course(
            course.execution(),
            course.resumedAt(),
            isFirstSinceResumed ? (Integer) durableExtents : course.keptExtents(),
            durableExtents,
            stalledSince,
            course.resumableUntil(),
            course.discardedAt(),
            course.askedAgainAt(),
            course.copiedWhole(),
            course.disksGone(),
            course.corruptSegments(),
            course.imported()));
  }

  /** That the run went on after a failure, and with what, for people; empty when it did not. */
  public Optional<String> resumption() {
    Instant at = course.resumedAt();
    Integer kept = course.keptExtents();
    return at == null
        ? Optional.empty()
        : Optional.of(
            "resumed at "
                + at.truncatedTo(ChronoUnit.SECONDS)
                + (kept == null ? "" : " with " + kept + " durable extents of 64 MiB of disk"));
  }

  /** What people should know of its copies, whatever becomes of it: a sentence each. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (course.copiedWhole() != null) {
      remarks.add(course.copiedWhole());
    }
    if (!course.disksGone().isEmpty()) {
      remarks.add(
          "Not in this copy, because the server has them no longer: "
              + course.disksGone().stream().sorted().collect(Collectors.joining(", "))
              + ".");
    }
    if (course.corruptSegments() > 0) {
      remarks.add(
          "Segments that came corrupt, were not written and were asked for again: "
              + course.corruptSegments()
              + ".");
    }
    return remarks;
  }

  /** Whether the run failed, and the job's next start goes on with it. */
  public boolean isResumable() {
    return state == State.FAILED && course.resumableUntil() != null;
  }

  /** Whether nothing can come of the run any more than has. */
  public boolean isOver() {
    return state.isEnded() && !isResumable();
  }

  /** The execution that has the run now. */
  public RunExecution execution() {
    return new RunExecution(jobId, id, course.execution());
  }

  /** What names the run. */
  public RunReference reference() {
    return new RunReference(jobId, id);
  }
}
