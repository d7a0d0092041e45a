package dev.drover.functions.report;

import dev.drover.functions.account.Queues;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.Runs;
import dev.drover.protocol.message.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Tells of a report again after a while, because EBS has no room now for what it asks. Waiting is
 * not failing, so the queue's count of receives, and its dead-letter queue, know nothing of it.
 */
final class ReportsLater {
  /** As often as turns are given: there may be room when the next run has ended. */
  private static final Duration DELAY = Duration.ofSeconds(60);

  private final Runs runs;
  private final Queues queues;
  private final String reportQueueUrl;
  private final String bucket;
  private final InstantSource clock;

  ReportsLater(
      Runs runs, Queues queues, String reportQueueUrl, String bucket, InstantSource clock) {
    this.runs = runs;
    this.queues = queues;
    this.reportQueueUrl = reportQueueUrl;
    this.bucket = bucket;
    this.clock = clock;
  }

  /**
   * The run says what it waits for; the report comes again, but only once, however often it was
   * told of.
   */
  void tell(Report.Opened report, String noRoom) {
    Instant now = clock.instant();
    if (runs.askForRoomAgain(report.run(), noRoom, now, now.plus(DELAY))) {
      queues.send(
          reportQueueUrl,
          new StagedEvent(bucket, report.key()).toMessage(),
          Math.toIntExact(DELAY.toSeconds()),
          Map.of());
    }
  }
}
