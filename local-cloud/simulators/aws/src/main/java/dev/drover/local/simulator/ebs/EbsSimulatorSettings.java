package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.snapshot.Account;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a simulator is to run.
 *
 * @param port on 127.0.0.1, 0 for a free one
 * @param dataDirectory everything that outlives a restart; made if it is not there
 * @param forwardUrl where EC2 calls go that the simulator does not own; null refuses them
 * @param accountId twelve digits, the owner of everything
 * @param region that ARNs name
 * @param completionDelay how long a snapshot stays pending after CompleteSnapshot, and an image
 *     after RegisterImage
 * @param seed of faults by chance, of tokens and of what omitted encrypted blocks hold
 */
public record EbsSimulatorSettings(
    int port,
    Path dataDirectory,
    @Nullable URI forwardUrl,
    String accountId,
    String region,
    Duration completionDelay,
    long seed) {
  /** The account that MiniStack plays unless told otherwise. */
  public static final String DEFAULT_ACCOUNT_ID = "000000000000";

  public static final String DEFAULT_REGION = "us-east-1";

  /** Long enough that a client which does not wait is found out, short enough for tests. */
  public static final Duration DEFAULT_COMPLETION_DELAY = Duration.ofMillis(500);

  private static final int MAX_PORT = 65_535;

  public EbsSimulatorSettings {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be from 0 to 65535, not " + port);
    }
    if (completionDelay.isNegative()) {
      throw new IllegalArgumentException("completionDelay must not be negative");
    }
  }

  /** A free port, nothing to pass calls on to, and the default of everything else. */
  public static EbsSimulatorSettings of(Path dataDirectory) {
    return new EbsSimulatorSettings(
        0, dataDirectory, null, DEFAULT_ACCOUNT_ID, DEFAULT_REGION, DEFAULT_COMPLETION_DELAY, 0);
  }

  public EbsSimulatorSettings withDataDirectory(Path newDataDirectory) {
    return new EbsSimulatorSettings(
        port, newDataDirectory, forwardUrl, accountId, region, completionDelay, seed);
  }

  public EbsSimulatorSettings withPort(int newPort) {
    return new EbsSimulatorSettings(
        newPort, dataDirectory, forwardUrl, accountId, region, completionDelay, seed);
  }

  public EbsSimulatorSettings withForwardUrl(@Nullable URI newForwardUrl) {
    return new EbsSimulatorSettings(
        port, dataDirectory, newForwardUrl, accountId, region, completionDelay, seed);
  }

  public EbsSimulatorSettings withCompletionDelay(Duration newCompletionDelay) {
    return new EbsSimulatorSettings(
        port, dataDirectory, forwardUrl, accountId, region, newCompletionDelay, seed);
  }

  public EbsSimulatorSettings withSeed(long newSeed) {
    return new EbsSimulatorSettings(
        port, dataDirectory, forwardUrl, accountId, region, completionDelay, newSeed);
  }

  public EbsSimulatorSettings withAccountId(String newAccountId) {
    return new EbsSimulatorSettings(
        port, dataDirectory, forwardUrl, newAccountId, region, completionDelay, seed);
  }

  public EbsSimulatorSettings withRegion(String newRegion) {
    return new EbsSimulatorSettings(
        port, dataDirectory, forwardUrl, accountId, newRegion, completionDelay, seed);
  }

  Account account() {
    return new Account(accountId, region);
  }
}
