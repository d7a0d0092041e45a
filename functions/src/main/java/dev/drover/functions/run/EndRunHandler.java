package dev.drover.functions.run;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.ExecutionInput;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.RunReference;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import org.jspecify.annotations.Nullable;

/**
 * EventBridge says that an execution ended without its own FailRun: aborted, timed out or failed.
 *
 * <p>Idempotency key: the run's execution. A run that has ended already is only cleaned up again,
 * one that is committed, or that another execution has, is left alone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html">Step
 *     Functions events</a>
 */
public final class EndRunHandler extends JsonHandler<EndRunHandler.Event, RunReference> {
  /** Called by Lambda. */
  public EndRunHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public EndRunHandler(Wiring wiring) {
    this(FailRunHandler.feature(wiring));
  }

  EndRunHandler(RunFailure failure) {
    super(Event.class, event -> end(event.detail(), failure));
  }

  private static RunReference end(Execution ended, RunFailure failure) {
    RunExecution execution =
        MessageJson.read("the execution's input", ended.input(), ExecutionInput.class).self();
    if (!execution.name().equals(ended.name())) {
      throw new InvalidMessageException(
          "execution " + ended.name() + " has the input of " + execution.name());
    }
    failure.fail(execution, ended.reason());
    return execution.run();
  }

  /** The event. */
  public record Event(Execution detail) {
    /** Refuses an event without an execution. */
    public Event {
      if (detail == null) {
        throw new InvalidMessageException("the event has no detail");
      }
    }
  }

  /**
   * The execution that ended.
   *
   * @param input JSON as it was started with
   * @param error absent when it was aborted
   */
  public record Execution(
      String name, String status, String input, @Nullable String error, @Nullable String cause) {
    /** Refuses an execution with a part missing. */
    public Execution {
      if (name == null || status == null || input == null) {
        throw new InvalidMessageException("the event lacks the execution's name, status or input");
      }
    }

    FailureReason reason() {
      return error == null && cause == null
          ? new FailureReason("Execution." + status, "The run's execution ended as " + status + ".")
          : FailureReason.of(error, cause);
    }
  }
}
