package dev.drover.local.torture.site;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/**
 * How a run ended, as its customer saw it.
 *
 * @param vmId of its server, as the catalog has it
 * @param asked when the customer asked for it, or for it to go on
 * @param message the API's own words; empty if it had none
 * @param amiId empty without an AMI
 */
public record RunEnd(
    Guest guest,
    String vmId,
    String jobId,
    String runId,
    Instant asked,
    Instant ended,
    ReplicationRunState state,
    String message,
    String amiId) {
  public Duration lasted() {
    return Duration.between(asked, ended);
  }
}
