package dev.drover.local.launcher.stack;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.ConnectorStatus;

/** Waits for the deployed API, by asking it what any client asks. */
final class StackApi {
  /** The first answer needs the function to start cold, on two cores beside everything else. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

  private StackApi() {}

  /**
   * Waits until GetConnectors is answered.
   *
   * @param functionLogs named when it is not
   */
  static void awaitAnswer(URI api, Path functionLogs) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (SmsClient sms = SmsClients.create(api)) {
      while (true) {
        try {
          sms.getConnectors(request -> {});
          return;
        } catch (SdkException e) {
          if (System.nanoTime() > deadline) {
            throw new LocalCloudException(
                "The API does not answer GetConnectors after %d s: %s. The functions' logs are in %s"
                    .formatted(LIMIT.toSeconds(), e.getMessage(), functionLogs),
                e);
          }
        }
        Pause.interruptibly(POLL_INTERVAL);
      }
    }
  }

  /** Waits until GetConnectors calls a connector healthy. */
  static void awaitHealthy(URI api, RunningConnector connector) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (SmsClient sms = SmsClients.create(api)) {
      while (true) {
        // First: of one that ended within five minutes of its last report the API knows nothing
        // yet.
        if (!connector.process().isAlive()) {
          throw new LocalCloudException(
              "The connector ended with code %d. Its log is %s"
                  .formatted(connector.process().exitValue(), connector.log()));
        }
        if (isHealthy(sms, connector.connectorId())) {
          return;
        }
        if (System.nanoTime() > deadline) {
          throw new LocalCloudException(
              "The API does not call connector %s healthy after %d s. Its log is %s"
                  .formatted(connector.connectorId(), LIMIT.toSeconds(), connector.log()));
        }
        Pause.interruptibly(POLL_INTERVAL);
      }
    }
  }

  private static boolean isHealthy(SmsClient sms, String connectorId) {
    try {
      return sms.getConnectorsPaginator(request -> {}).connectorList().stream()
          .anyMatch(
              known ->
                  connectorId.equals(known.connectorId())
                      && known.status() == ConnectorStatus.HEALTHY);
    } catch (SdkException e) {
      // The API answered before; a busy machine may make it stumble.
      return false;
    }
  }
}
