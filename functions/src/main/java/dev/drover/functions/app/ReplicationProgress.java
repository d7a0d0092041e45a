package dev.drover.functions.app;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.ServerReplication;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.Shortened;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far the replication of an application is. Nothing of it is stored: it is what its servers'
 * jobs are, so that it cannot differ from them.
 *
 * @param message for people; null where there is nothing to say
 * @param latest when the newest AMI of a server was made; null while there is none
 */
public record ReplicationProgress(
    Status status, @Nullable String message, @Nullable Instant latest) {
  private static final int MAX_MESSAGE_CHARS = 1_000;

  /** SMS's AppReplicationStatus, as far as an application comes to be so. */
  public enum Status {
    READY_FOR_CONFIGURATION,
    READY_FOR_REPLICATION,
    REPLICATION_PENDING,
    REPLICATION_IN_PROGRESS,
    REPLICATED,
    PARTIALLY_REPLICATED,
    DELTA_REPLICATION_IN_PROGRESS,
    DELTA_REPLICATED,
    DELTA_REPLICATION_FAILED,
    REPLICATION_FAILED,
    REPLICATION_STOPPING,
    REPLICATION_STOPPED;

    /** Whether each server has an AMI, and is to have newer ones. */
    public boolean isComplete() {
      return switch (this) {
        case REPLICATED,
            DELTA_REPLICATION_IN_PROGRESS,
            DELTA_REPLICATED,
            DELTA_REPLICATION_FAILED ->
            true;
        default -> false;
      };
    }
  }

  /** How far one server is. */
  private enum Step {
    /** Its first run has not begun. */
    PENDING,
    /** Its first copy is being made. */
    COPYING,
    /** Its first copy failed, or it has no job. */
    FAILED,
    /** It has an AMI, and nothing is at work. */
    COPIED,
    /** It has more than one. */
    RENEWED,
    /** It has an AMI, and another is being made. */
    RENEWING,
    /** It has an AMI, and another could not be made. */
    RENEWAL_FAILED;

    boolean hasImage() {
      return switch (this) {
        case PENDING, COPYING, FAILED -> false;
        case COPIED, RENEWED, RENEWING, RENEWAL_FAILED -> true;
      };
    }

    boolean hasFailed() {
      return this == FAILED || this == RENEWAL_FAILED;
    }
  }

  /** A server of the application with its job, if it has one. */
  private record Standing(ServerReplication server, Optional<Job> job) {
    Step step() {
      if (job.isEmpty()) {
        return server.failure() == null ? Step.PENDING : Step.FAILED;
      }
      Job.History history = job.get().history();
      boolean isAtWork = history.activeRunId() != null;
      boolean hasFailed = history.consecutiveFailures() > 0 || job.get().state().isStopped();
      int copies = history.copies().count();
      if (copies == 0) {
        return isAtWork ? Step.COPYING : hasFailed || isOver() ? Step.FAILED : Step.PENDING;
      }
      return isAtWork
          ? Step.RENEWING
          : hasFailed || isDeleted()
              ? Step.RENEWAL_FAILED
              : copies > 1 ? Step.RENEWED : Step.COPIED;
    }

    private boolean isOver() {
      return isDeleted() || job.filter(it -> it.state().isEnded()).isPresent();
    }

    /** It makes no further copies, though they are wanted. */
    private boolean isDeleted() {
      return job.map(Job::state)
          .filter(it -> it == Job.State.DELETED || it == Job.State.DELETING)
          .isPresent();
    }

    String trouble() {
      String why =
          job.map(Job::statusMessage)
              .or(() -> Optional.ofNullable(server.failure()))
              .orElse("its job has ended.");
      if (isDeleted()) {
        why += " Start the application's replication again for a new job.";
      }
      return server.serverId() + ": " + why;
    }
  }

  /** How far the application is now. */
  public static ReplicationProgress of(State state, App app) {
    Map<JobId, Job> jobs =
        state.jobs().findAll(app.replication().jobIds()).stream()
            .collect(Collectors.toMap(Job::id, Function.identity()));
    List<Standing> servers =
        app.replication().servers().stream()
            .map(server -> new Standing(server, Optional.ofNullable(server.jobId()).map(jobs::get)))
            .toList();
    Instant latest =
        jobs(servers)
            .map(job -> job.history().copies().latestAt())
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
    if (!app.replication().isWanted()) {
      return new ReplicationProgress(unwanted(app, servers), null, latest);
    }
    List<Step> steps =
        Stream.concat(
                servers.stream().map(Standing::step),
                app.serversWithoutReplication().map(_ -> Step.PENDING))
            .toList();
    Status status = wanted(steps);
    String message =
        Stream.of(troubles(app, servers), waiting(state, app, servers))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(" "));
    if (message.isEmpty() && status.isComplete()) {
      message = spread(servers).orElse("");
    }
    return new ReplicationProgress(status, message.isEmpty() ? null : message, latest);
  }

  /** Of the servers that have one. */
  private static Stream<Job> jobs(List<Standing> servers) {
    return servers.stream().flatMap(server -> server.job().stream());
  }

  /** One read, however many servers there are. */
  private static Optional<String> waiting(State state, App app, List<Standing> servers) {
    List<RunId> active =
        jobs(servers).map(job -> job.history().activeRunId()).filter(Objects::nonNull).toList();
    long waiting = state.admissions().findAll(active).stream().filter(Admission::waits).count();
    return waiting == 0
        ? Optional.empty()
        : Optional.of(
            "Waiting for their turn: %d of %d servers; GetReplicationRuns says what each waits for."
                .formatted(waiting, app.servers().count()));
  }

  private static Status unwanted(App app, List<Standing> servers) {
    if (app.replication().round() == 0) {
      return app.replication().isConfigured()
          ? Status.READY_FOR_REPLICATION
          : Status.READY_FOR_CONFIGURATION;
    }
    return jobs(servers).allMatch(ReplicationProgress::isGone)
        ? Status.REPLICATION_STOPPED
        : Status.REPLICATION_STOPPING;
  }

  private static boolean isGone(Job job) {
    return job.state().isEnded();
  }

  private static Status wanted(List<Step> steps) {
    if (steps.stream().allMatch(Step.PENDING::equals)) {
      return Status.REPLICATION_PENDING;
    }
    if (steps.contains(Step.PENDING) || steps.contains(Step.COPYING)) {
      return Status.REPLICATION_IN_PROGRESS;
    }
    if (steps.stream().noneMatch(Step::hasImage)) {
      return Status.REPLICATION_FAILED;
    }
    if (!steps.stream().allMatch(Step::hasImage)) {
      return Status.PARTIALLY_REPLICATED;
    }
    return renewal(steps);
  }

  /** Every server has an AMI. */
  private static Status renewal(List<Step> steps) {
    if (steps.contains(Step.RENEWING)) {
      return Status.DELTA_REPLICATION_IN_PROGRESS;
    }
    if (steps.contains(Step.RENEWAL_FAILED)) {
      return Status.DELTA_REPLICATION_FAILED;
    }
    return steps.contains(Step.RENEWED) ? Status.DELTA_REPLICATED : Status.REPLICATED;
  }

  /** How far apart the servers' newest AMIs show them; empty for one server. */
  private static Optional<String> spread(List<Standing> servers) {
    List<Instant> captured =
        jobs(servers)
            .map(job -> job.history().copies().latestCapturedAt())
            .filter(Objects::nonNull)
            .sorted()
            .toList();
    return captured.size() < 2 || captured.size() < servers.size()
        ? Optional.empty()
        : Optional.of(
            "The newest AMIs show the servers as they were within %s, from %s to %s."
                .formatted(
                    text(Duration.between(captured.getFirst(), captured.getLast())),
                    captured.getFirst().truncatedTo(ChronoUnit.SECONDS),
                    captured.getLast().truncatedTo(ChronoUnit.SECONDS)));
  }

  private static String text(Duration spread) {
    return spread.compareTo(Duration.ofMinutes(2)) < 0
        ? spread.toSeconds() + 1 + " s"
        : spread.toMinutes() + 1 + " minutes";
  }

  private static Optional<String> troubles(App app, List<Standing> servers) {
    List<Standing> failed = servers.stream().filter(server -> server.step().hasFailed()).toList();
    if (failed.isEmpty()) {
      return Optional.empty();
    }
    String troubles = failed.stream().map(Standing::trouble).collect(Collectors.joining(" "));
    return Optional.of(
        Shortened.shown(
            "Of %d servers, %d failed. %s"
                .formatted(app.servers().count(), failed.size(), troubles),
            MAX_MESSAGE_CHARS));
  }
}
