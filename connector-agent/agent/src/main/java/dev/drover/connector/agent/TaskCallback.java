package dev.drover.connector.agent;

/**
 * Tells the state machine about a task that it waits for. Each call throws {@link
 * TokenRefusedException} when nobody waits any more, and {@link ServiceUnavailableException} when
 * it is not certain that the call arrived.
 */
public interface TaskCallback {
  /** The task is being worked on, or waits for its turn. */
  void heartbeat(String token);

  /** The task is done. */
  void succeed(String token, String outputJson);

  /** The task failed. */
  void fail(String token, String error, String cause);
}
