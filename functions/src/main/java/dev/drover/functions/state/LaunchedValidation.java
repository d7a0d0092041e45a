package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A validation that is part of a launch, and what came of it.
 *
 * @param round of the application's launches and terminations, in which it was launched last
 * @param serverId whose script it is
 * @param logicalId of the server's resource in the stack
 * @param source of the script that was launched, with its type
 * @param told null: nobody has told anything yet
 */
public record LaunchedValidation(
    ValidationId id,
    int round,
    ServerId serverId,
    String logicalId,
    S3Object source,
    String scriptType,
    @Nullable Told told) {

  /** Of a launch that is about to begin. */
  public LaunchedValidation(
      ValidationId id,
      int round,
      ServerId serverId,
      String logicalId,
      S3Object source,
      String scriptType) {
    this(id, round, serverId, logicalId, source, scriptType, null);
  }

  /**
   * What was told of it.
   *
   * @param round of the launch of which it holds
   * @param instanceId of the instance that it is true of; null where none is known
   * @param message for people; null where there is nothing to say
   */
  public record Told(
      int round,
      @Nullable String instanceId,
      Status status,
      @Nullable String message,
      Instant at) {}

  /** How far it is. */
  public enum Status {
    /** The server says that it will be run. */
    PENDING,
    /** The server says that it runs. */
    IN_PROGRESS,
    /** It ended well. */
    SUCCEEDED,
    /** It ended badly, or nobody has told its end in time. */
    FAILED;

    /** Whether it stays so. */
    public boolean isEnd() {
      return switch (this) {
        case PENDING, IN_PROGRESS -> false;
        case SUCCEEDED, FAILED -> true;
      };
    }
  }

  /** Whether another one is the same script on the same server. */
  boolean runsAs(LaunchedValidation other) {
    return serverId.equals(other.serverId)
        && source.equals(other.source)
        && scriptType.equals(other.scriptType);
  }

  /** What was told of the launch that it was part of last. */
  public Optional<Told> toldNow() {
    return Optional.ofNullable(told).filter(it -> it.round() == round);
  }

  /** Whether it is known what came of it. */
  public boolean isEnded() {
    return toldNow().filter(it -> it.status().isEnd()).isPresent();
  }
}
