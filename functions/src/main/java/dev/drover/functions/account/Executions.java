package dev.drover.functions.account;

/** Executions of the state machine replicate-run. */
public interface Executions {
  /**
   * Sees to it that an execution of that name was started: the name makes the second start nothing.
   *
   * @param name unique over the 90 days for which Step Functions keeps names
   * @param input JSON
   */
  void start(String name, String input);
}
