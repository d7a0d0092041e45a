package dev.drover.functions.api.sms;

import dev.drover.functions.job.JobEnd;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Job.NextRun;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.Server;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.ReplicationJob;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ServerType;

/** Jobs as the API shows them. */
final class JobView {
  /** Runs that a job shows; GetReplicationRuns has them all. */
  private static final int RUNS_WITH_JOB = 10;

  private JobView() {}

  /**
   * A job.
   *
   * @param server null when the catalog lost it
   * @param runs newest first, of which the first are shown with it
   * @param now it says when it ends soon
   * @param view shows one
   */
  static ReplicationJob of(
      Job job,
      @Nullable Server server,
      List<Run> runs,
      Instant now,
      Function<Run, ReplicationRun> view) {
    NextRun next = job.schedule().next();
    return ReplicationJob.builder()
        .replicationJobId(job.id().value())
        .serverId(job.serverId().value())
        .serverType(ServerType.VIRTUAL_MACHINE)
        .vmServer(server == null ? null : ServerView.vmServer(server))
        .seedReplicationTime(job.schedule().seedTime())
        .frequency(job.schedule().frequencyHours())
        .runOnce(job.schedule().runOnce())
        .nextReplicationRunStartTime(next == null ? null : next.time())
        .licenseType(job.settings().licenseType())
        .roleName(job.settings().roleName())
        .latestAmiId(job.history().latestAmiId())
        .state(job.state().name())
        .statusMessage(statusMessage(job, now))
        .description(job.settings().description())
        .numberOfRecentAmisToKeep(job.settings().recentAmisToKeep())
        .encrypted(job.settings().encrypted())
        .kmsKeyId(job.settings().kmsKeyId())
        .replicationRunList(runs.stream().limit(RUNS_WITH_JOB).map(view).toList())
        .build();
  }

  /** When a one-time job is tried again, as its schedule has it now. */
  private static Optional<String> retry(Job job) {
    NextRun next = job.schedule().next();
    boolean isTriedAgain =
        job.schedule().runOnce()
            && job.state().isGoing()
            && job.history().consecutiveFailures() > 0
            && job.history().activeRunId() == null;
    return isTriedAgain && next != null
        ? Optional.of(
            "The job is tried again at " + next.time().truncatedTo(ChronoUnit.SECONDS) + ".")
        : Optional.empty();
  }

  private static @Nullable String statusMessage(Job job, Instant now) {
    String said =
        Stream.of(Optional.ofNullable(job.statusMessage()), retry(job), JobEnd.notice(job, now))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(" "));
    return said.isEmpty() ? null : said;
  }
}
