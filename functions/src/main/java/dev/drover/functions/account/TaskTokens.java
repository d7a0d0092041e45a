package dev.drover.functions.account;

/** The tokens of tasks in executions of replicate-run that wait for an answer. */
public interface TaskTokens {
  /**
   * Ends the task that waits for this token as succeeded.
   *
   * @param output JSON
   * @return false: no task waits for it (any more)
   */
  boolean succeed(String token, String output);
}
