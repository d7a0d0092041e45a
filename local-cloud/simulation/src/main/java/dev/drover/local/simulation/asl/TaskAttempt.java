package dev.drover.local.simulation.asl;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a task, from its scheduling to its result. An attempt has a token and timeouts of
 * its own: not proven is that TimeoutSeconds and HeartbeatSeconds count from here, and anew for
 * each attempt.
 *
 * <p>A token is good from the moment at which the message or the payload that carries it goes out.
 * Not proven: that a function may end the task by its own token before it returns, and that its own
 * result then no longer matters.
 */
final class TaskAttempt implements Integrations.Answer {
  private final Flow flow;
  private final Execution execution;
  private final Visit visit;
  private final State.Task task;
  private @Nullable Alarm timeout;
  private @Nullable Alarm silence;
  private @Nullable String token;
  private Duration heartbeat = Duration.ZERO;
  private Instant lastHeard = Instant.EPOCH;
  private boolean submitted;
  private boolean open = true;

  TaskAttempt(Flow flow, Visit visit, State.Task task) {
    this.flow = flow;
    this.execution = flow.execution();
    this.visit = visit;
    this.task = task;
  }

  void start() {
    Bindings bindings = flow.bindings(visit);
    if (task.resource().waitsForToken()) {
      token = execution.newToken(this);
      Map<String, @Nullable Object> context = flow.context(visit);
      context.put("Task", Map.of("Token", token));
      bindings.states().put("context", context);
    }
    if (!(task.target().evaluate(bindings) instanceof String target)) {
      throw StateError.queryEvaluation(task.resource().target() + " must be a string.");
    }
    Object value = task.payload().evaluate(bindings);
    String name =
        task.executionName() == null ? "" : String.valueOf(task.executionName().evaluate(bindings));
    execution.checkLimit("arguments", value);
    if (task.timeoutSeconds() != null) {
      int seconds = Numbers.seconds(task.timeoutSeconds(), bindings, 1);
      timeout = due(Duration.ofSeconds(seconds), () -> timedOut(StateError.TIMEOUT));
    }
    if (task.heartbeatSeconds() != null) {
      heartbeat = Duration.ofSeconds(Numbers.seconds(task.heartbeatSeconds(), bindings, 1));
      heard();
      silence = due(heartbeat, this::checkHeartbeat);
    }
    execution.events(2); // TaskScheduled, TaskStarted
    if (open) {
      call(target, name, value);
    }
  }

  private void call(String target, String name, @Nullable Object value) {
    switch (task.resource()) {
      case INVOKE, INVOKE_WITH_TOKEN ->
          execution.integrations().invoke(target, Json.write(value), this);
      case SEND_MESSAGE_WITH_TOKEN ->
          execution
              .integrations()
              .sendMessage(target, value instanceof String text ? text : Json.write(value), this);
      case START_EXECUTION ->
          execution.integrations().startExecution(target, name, Json.write(value), this);
    }
  }

  private Alarm due(Duration delay, Runnable action) {
    return Alarm.after(execution.simulation(), delay, action);
  }

  /** Nothing that still comes changes anything. */
  void stop() {
    open = false;
    if (timeout != null) {
      timeout.callOff();
    }
    if (silence != null) {
      silence.callOff();
    }
    if (token != null) {
      execution.close(token);
    }
  }

  @Override
  public void succeed(String result) {
    if (!open || submitted) {
      return;
    }
    if (token != null) {
      submitted = true;
      execution.events(1); // TaskSubmitted
    } else if (task.resource() == State.Resource.START_EXECUTION) {
      done(Json.parse(result));
    } else {
      Map<String, @Nullable Object> response = new LinkedHashMap<>();
      response.put("ExecutedVersion", "$LATEST");
      response.put("Payload", Json.parse(result));
      response.put("StatusCode", 200);
      done(response);
    }
  }

  @Override
  public void fail(String error, @Nullable String cause) {
    if (open && !submitted) {
      failed(new StateError(error, cause));
    }
  }

  /** The token's holder says so. */
  void tokenSucceeded(@Nullable Object output) {
    done(output);
  }

  /** The token's holder says so. */
  void tokenFailed(StateError error) {
    failed(error);
  }

  /** The token's holder is alive. */
  void heard() {
    lastHeard = execution.simulation().instant();
  }

  private void checkHeartbeat() {
    Instant next = lastHeard.plus(heartbeat);
    Instant now = execution.simulation().instant();
    if (next.isAfter(now)) {
      silence = due(Duration.between(now, next), this::checkHeartbeat);
    } else {
      timedOut(StateError.HEARTBEAT_TIMEOUT);
    }
  }

  private void timedOut(String error) {
    failed(new StateError(error, null));
  }

  private void done(@Nullable Object result) {
    stop();
    execution.events(1); // TaskSucceeded
    flow.succeeded(visit, task.exit(), result);
  }

  private void failed(StateError error) {
    stop();
    execution.events(1); // TaskFailed, TaskTimedOut
    flow.failed(visit, error);
  }
}
