package dev.drover.functions.report;

import dev.drover.functions.account.Queues;
import dev.drover.functions.staging.StagedEvent;
import java.util.Map;

/**
 * Tells of a report again after a while: what it asks for cannot be had now. Waiting is not
 * failing, so the queue's count of receives, and its dead-letter queue, know nothing of it.
 */
final class ReportsLater {
  /** As often as turns are given: what a run waits for may be there with the next one's end. */
  private static final int DELAY_SECONDS = 60;

  private final Queues queues;
  private final String reportQueueUrl;
  private final String bucket;

  ReportsLater(Queues queues, String reportQueueUrl, String bucket) {
    this.queues = queues;
    this.reportQueueUrl = reportQueueUrl;
    this.bucket = bucket;
  }

  void tell(String key) {
    queues.send(reportQueueUrl, new StagedEvent(bucket, key).toMessage(), DELAY_SECONDS, Map.of());
  }
}
