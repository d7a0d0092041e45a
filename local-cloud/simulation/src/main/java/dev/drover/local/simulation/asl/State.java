package dev.drover.local.simulation.asl;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A state of a machine. */
sealed interface State {
  String name();

  /** What to do about errors; nothing where the language has neither Retry nor Catch. */
  default Recovery recovery() {
    return Recovery.NONE;
  }

  /** Hands on its input. */
  record Pass(String name, Exit exit) implements State {}

  /** Waits. */
  record Wait(String name, Template seconds, Exit exit) implements State {}

  /** Goes where the first condition that holds says. */
  record Choice(String name, List<Rule> rules, @Nullable Exit otherwise) implements State {}

  /** Ends its workflow well. */
  record Succeed(String name, Exit exit) implements State {}

  /** Ends its workflow with an error. */
  record Fail(String name, @Nullable Template error, @Nullable Template cause) implements State {}

  /**
   * Has work done.
   *
   * @param target the argument that says where: FunctionName, QueueUrl or StateMachineArn
   * @param payload the argument that says what: Payload, MessageBody or Input
   * @param executionName the argument Name, of what starts an execution
   */
  record Task(
      String name,
      Resource resource,
      Template target,
      Template payload,
      @Nullable Template executionName,
      @Nullable Template timeoutSeconds,
      @Nullable Template heartbeatSeconds,
      Recovery recovery,
      Exit exit)
      implements State {}

  /**
   * Runs a workflow for each item.
   *
   * @param maxConcurrency 0 for as many as there are
   */
  record ForEach(
      String name,
      Template items,
      @Nullable Template itemSelector,
      int maxConcurrency,
      Workflow workflow,
      Recovery recovery,
      Exit exit)
      implements State {}

  /** States, and the one that is first. */
  record Workflow(String startAt, Map<String, State> states) {
    State first() {
      return state(startAt);
    }

    State state(String name) {
      State state = states.get(name);
      if (state == null) {
        throw new IllegalArgumentException("there is no state " + name);
      }
      return state;
    }
  }

  /** Who does the work of a task. */
  enum Resource {
    INVOKE("arn:aws:states:::lambda:invoke", "FunctionName", "Payload", false),
    INVOKE_WITH_TOKEN(
        "arn:aws:states:::lambda:invoke.waitForTaskToken", "FunctionName", "Payload", true),
    SEND_MESSAGE_WITH_TOKEN(
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "QueueUrl", "MessageBody", true),
    START_EXECUTION("arn:aws:states:::states:startExecution", "StateMachineArn", "Input", false);

    private final String arn;
    private final String target;
    private final String payload;
    private final boolean waitsForToken;

    Resource(String arn, String target, String payload, boolean waitsForToken) {
      this.arn = arn;
      this.target = target;
      this.payload = payload;
      this.waitsForToken = waitsForToken;
    }

    String arn() {
      return arn;
    }

    String target() {
      return target;
    }

    String payload() {
      return payload;
    }

    boolean waitsForToken() {
      return waitsForToken;
    }
  }

  /**
   * A way out of a state.
   *
   * @param output what goes on; the state's own default without it
   * @param next {@code null} for the end of the workflow
   */
  record Exit(
      Template.@Nullable Members assign, @Nullable Template output, @Nullable String next) {}

  /** A condition, and the way out if it holds. */
  record Rule(Expression condition, Exit exit) {}

  /** Retriers and Catchers, each in the order in which they are asked. */
  record Recovery(List<Retrier> retriers, List<Catcher> catchers) {
    static final Recovery NONE = new Recovery(List.of(), List.of());
  }

  /**
   * When to try again.
   *
   * @param maxDelaySeconds {@link Integer#MAX_VALUE} for no limit
   * @param fullJitter whether each delay is drawn from 0 to what it would be
   */
  record Retrier(
      List<String> errorEquals,
      int intervalSeconds,
      int maxAttempts,
      double backoffRate,
      int maxDelaySeconds,
      boolean fullJitter) {
    boolean takes(StateError error) {
      return errorEquals.stream().anyMatch(error::isTakenBy);
    }

    /** Seconds before that attempt, counted from 1, without jitter. */
    double delaySeconds(int attempt) {
      return Math.min(intervalSeconds * Math.pow(backoffRate, attempt - 1), maxDelaySeconds);
    }
  }

  /** Where to go with an error. */
  record Catcher(List<String> errorEquals, Exit exit) {
    boolean takes(StateError error) {
      return errorEquals.stream().anyMatch(error::isTakenBy);
    }
  }
}
