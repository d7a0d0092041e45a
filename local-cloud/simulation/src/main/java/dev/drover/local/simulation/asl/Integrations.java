package dev.drover.local.simulation.asl;

import org.jspecify.annotations.Nullable;

/**
 * The services that a task's {@code Resource} names. An answer may come at any later time, or
 * never, or before the call returns; only the first one counts, and one that comes after the task's
 * timeout changes nothing.
 */
public interface Integrations {
  /**
   * Invokes a function of Lambda and waits for its result.
   *
   * @param functionArn the argument FunctionName
   * @param payload JSON
   * @param answer the result is what the function returned, as JSON; the error is named as Step
   *     Functions names it: the class of the function's exception, {@code Lambda.Unknown}, …
   */
  void invoke(String functionArn, String payload, Answer answer);

  /**
   * Sends a message to a queue.
   *
   * @param queueUrl the argument QueueUrl
   * @param body the argument MessageBody
   * @param answer its result is not looked at
   */
  void sendMessage(String queueUrl, String body, Answer answer);

  /**
   * Starts an execution and does not wait for its end.
   *
   * @param stateMachineArn the argument StateMachineArn
   * @param name the argument Name
   * @param input JSON
   * @param answer the result names the execution
   */
  void startExecution(String stateMachineArn, String name, String input, Answer answer);

  /** Takes what became of a call. */
  interface Answer {
    /** It was done; the result is JSON. */
    void succeed(String result);

    /** It was not done. */
    void fail(String error, @Nullable String cause);
  }
}
