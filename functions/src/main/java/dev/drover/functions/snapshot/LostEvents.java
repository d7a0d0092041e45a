package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Queues;
import dev.drover.functions.account.SegmentQueues;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.staging.StagedExtents;
import dev.drover.functions.state.Run;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.message.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells events again that were lost. One that only waits its turn in the queue is not told again,
 * or a backlog would feed itself: what is told again is in proportion to what was lost, not to the
 * number of looks.
 *
 * <ul>
 *   <li>The queue has at most half as many messages as extents wait, so at least half of them are
 *       in no message: all are told, which is at most twice what was lost. The queue's length is
 *       then theirs, so the next look tells none again. But the queue gets no more of them than are
 *       put until the next look: of a snapshot that is begun anew millions may wait.
 *   <li>One that was staged long before another that is applied was overtaken. A standard queue
 *       keeps no order, so that this is no proof; it is told after 1, 2, 4, … minutes.
 *   <li>So few that it costs nothing are told after 1, 2, 4, … minutes: messages that nobody can
 *       handle stand in the queue until they are dead letters, and would be taken for theirs.
 *   <li>After an hour, and then after 2, 4, 8 and 16, whatever waits is told.
 * </ul>
 */
final class LostEvents {
  /** A backlog that is worked off out of its order is so by less. */
  private static final Duration OVERTAKEN_BY = Duration.ofMinutes(10);

  /** After so long, what waits is told though nothing shows that it was lost. */
  private static final int LONG_SECONDS = 3600;

  /** Told eleven times in the day that a pass lasts, they are a second of one function's work. */
  private static final int FEW = 16;

  /**
   * So many messages keep whoever applies busy between two looks that are 480 s apart: 900 blocks a
   * second are 3,375 whole extents.
   */
  static final int QUEUED_AT_MOST = 4000;

  private final String bucket;
  private final ObjectStore objects;
  private final SegmentQueues segments;
  private final Queues queues;
  private final String reportQueueUrl;
  private final EventLog log;

  LostEvents(
      String bucket,
      ObjectStore objects,
      SegmentQueues segments,
      Queues queues,
      String reportQueueUrl,
      EventLog log) {
    this.bucket = bucket;
    this.objects = objects;
    this.segments = segments;
    this.queues = queues;
    this.reportQueueUrl = reportQueueUrl;
    this.log = log;
  }

  /** Tells of staged segments what has to be told. */
  void repeat(EnvironmentName environment, LookBackoff backoff, List<ExtentLook.Found> found) {
    long late = found.stream().mapToLong(ExtentLook.Found::waitingLong).sum();
    if (late == 0 || !backoff.isNextMinute()) {
      return;
    }
    long queued = segments.count(environment);
    boolean whatever =
        backoff.isNextDoubling() && (late <= FEW || backoff.waitedSeconds() >= LONG_SECONDS);
    if (2 * queued <= late && !whatever) {
      tell(environment, found, queued);
      return;
    }
    Instant newest =
        found.stream()
            .map(ExtentLook.Found::newestApplied)
            .filter(Objects::nonNull)
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    Instant overtaken = backoff.isNextDoubling() ? newest.minus(OVERTAKEN_BY) : Instant.EPOCH;
    found.stream()
        .flatMap(look -> look.late().stream())
        .filter(staged -> whatever || staged.lastModified().isBefore(overtaken))
        .map(StagedExtents.Staged::key)
        .forEach(key -> tell(environment, key));
  }

  /** Begins to tell of what is staged of disks into whose snapshots none of it was put. */
  void begin(EnvironmentName environment, List<ExtentLook.Found> found) {
    if (!found.isEmpty()) {
      tell(environment, found, segments.count(environment));
    }
  }

  private void tell(EnvironmentName environment, List<ExtentLook.Found> found, long queued) {
    found.stream()
        .flatMap(look -> look.late().stream())
        .limit(Math.max(0, QUEUED_AT_MOST - queued))
        .map(StagedExtents.Staged::key)
        .forEach(key -> tell(environment, key));
  }

  private void tell(EnvironmentName environment, String key) {
    log.event("segment-event-repeated", Map.of("key", key));
    segments.send(environment, event(key), 0, Map.of());
  }

  /** Tells that the attempt's connector reported what it opened, if it did. */
  void repeatOpened(EnvironmentName environment, Run run, int attempt) {
    ConnectorId connectorId = run.handOver().connectorId();
    if (connectorId != null && run.handOver().attempt() == attempt) {
      RunAttempt at = new RunAttempt(run.jobId(), run.id(), attempt);
      String key = ObjectKeys.runReport(environment, connectorId, at, Report.Opened.TYPE);
      Optional<ObjectStore.Listed> report =
          objects.list(key).filter(listed -> listed.key().equals(key)).findFirst();
      report.ifPresent(
          listed -> {
            log.event("report-event-repeated", Map.of("key", key));
            queues.send(reportQueueUrl, event(key), 0, Map.of());
          });
    }
  }

  private String event(String key) {
    return new StagedEvent(bucket, key).toMessage();
  }
}
