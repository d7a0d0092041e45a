package dev.drover.local.simulation.asl;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as a state reports it.
 *
 * @param name what {@code ErrorEquals} names
 * @param cause text for people; the errors that Step Functions makes of a timeout have none
 */
record StateError(String name, @Nullable String cause) {
  static final String ALL = "States.ALL";
  static final String TASK_FAILED = "States.TaskFailed";
  static final String TIMEOUT = "States.Timeout";
  static final String HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
  static final String RUNTIME = "States.Runtime";
  static final String DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";
  static final String QUERY_EVALUATION_ERROR = "States.QueryEvaluationError";
  static final String NO_CHOICE_MATCHED = "States.NoChoiceMatched";

  /** Carries an error up to the state that reports it. */
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // Never leaves this package.
    private final StateError error;

    Raised(StateError error) {
      super(error.name + ": " + error.cause, null, false, false);
      this.error = error;
    }

    StateError error() {
      return error;
    }
  }

  static Raised queryEvaluation(String cause) {
    return new Raised(new StateError(QUERY_EVALUATION_ERROR, cause));
  }

  /**
   * Whether a Retrier or Catcher with that name takes this error.
   *
   * <p>As the documentation has it: States.Runtime always fails the execution; States.ALL takes
   * neither it nor States.DataLimitExceeded; States.TaskFailed takes everything but States.Timeout;
   * and States.Timeout is also the name of a heartbeat that did not come. Not proven: that
   * States.TaskFailed leaves out States.HeartbeatTimeout as well, and that States.DataLimitExceeded
   * can be caught by its own name.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">Error
   *     names</a>
   */
  boolean isTakenBy(String errorEquals) {
    if (name.equals(RUNTIME)) {
      return false;
    }
    return switch (errorEquals) {
      case ALL -> !name.equals(DATA_LIMIT_EXCEEDED);
      case TASK_FAILED -> !isTimeout() && !name.equals(DATA_LIMIT_EXCEEDED);
      case TIMEOUT -> isTimeout();
      default -> name.equals(errorEquals);
    };
  }

  private boolean isTimeout() {
    return name.equals(TIMEOUT) || name.equals(HEARTBEAT_TIMEOUT);
  }

  /**
   * What {@code $states.errorOutput} is. Not proven: that Cause is absent after a timeout, and not
   * empty.
   */
  Map<String, Object> output() {
    Map<String, Object> output = new LinkedHashMap<>();
    output.put("Error", name);
    if (cause != null) {
      output.put("Cause", cause);
    }
    return output;
  }
}
