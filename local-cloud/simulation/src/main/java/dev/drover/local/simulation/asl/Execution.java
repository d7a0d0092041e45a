package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** An execution that runs. */
final class Execution {
  /**
   * The most bytes of an input, a result, an output, and of what one state assigns.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html">Quotas</a>
   */
  static final int MAX_BYTES = 262_144;

  /** The most events of a history; the last is the failure because of it. Source as above. */
  static final int MAX_EVENTS = 25_000;

  static final int VISITS_KEPT = 60;

  /**
   * From one state to the next. A guess: AWS says nothing, a console shows some ten milliseconds.
   */
  static final Duration TRANSITION = Duration.ofMillis(25);

  private final StepFunctions service;
  private final String name;
  private final String inputJson;
  private final Instant started;
  private final Map<String, @Nullable Object> context = new HashMap<>();
  private final Flow flow;
  private final Deque<StateVisit> newest = new ArrayDeque<>();
  private final Map<String, Instant> firstEntered = new HashMap<>();
  private final Map<String, Duration> spent = new HashMap<>();
  private long mostBytes;
  private @Nullable String at;
  private Instant atSince;
  private int events = 1; // ExecutionStarted
  private @Nullable Alarm timeout;
  private boolean ended;

  Execution(StepFunctions service, String name, String inputJson, @Nullable Object input) {
    this.service = service;
    this.name = name;
    this.inputJson = inputJson;
    this.started = service.simulation().instant();
    this.atSince = started;
    context.put("Id", service.executionArn(name));
    context.put("Name", name);
    context.put("Input", input);
    context.put("StartTime", started.toString());
    this.flow =
        new Flow(this, service.machine().workflow(), new Variables(null), null, this::flowEnded);
  }

  void start() {
    Integer seconds = service.machine().timeoutSeconds();
    if (seconds != null) {
      timeout =
          Alarm.after(
              service.simulation(),
              Duration.ofSeconds(seconds),
              () -> end(ExecutionStatus.TIMED_OUT, null, null));
    }
    flow.start(context.get("Input"));
  }

  String name() {
    return name;
  }

  String stateMachineArn() {
    return service.stateMachineArn();
  }

  String inputJson() {
    return inputJson;
  }

  Instant started() {
    return started;
  }

  Map<String, @Nullable Object> context() {
    return context;
  }

  Simulation simulation() {
    return service.simulation();
  }

  RandomGenerator random() {
    return service.random();
  }

  Integrations integrations() {
    return service.integrations();
  }

  String newToken(TaskAttempt attempt) {
    return service.newToken(name, attempt);
  }

  void close(String token) {
    service.close(token);
  }

  void entered(State state) {
    if (newest.size() == VISITS_KEPT) {
      newest.poll();
    }
    newest.add(new StateVisit(state.name(), service.simulation().instant()));
    firstEntered.putIfAbsent(state.name(), service.simulation().instant());
    leaveNewest();
    at = state.name();
    service.simulation().trace().line("execution " + name, "enters " + state.name());
    service.entered();
    events(1);
  }

  private void leaveNewest() {
    Instant now = service.simulation().instant();
    if (at != null) {
      spent.merge(at, Duration.between(atSince, now), Duration::plus);
    }
    atSince = now;
  }

  /**
   * Its history has that many events more; where that is too many, it fails at once. Not proven:
   * that the failure itself is the last of the events that are allowed.
   */
  void events(int more) {
    if (ended) {
      return;
    }
    events += more;
    if (events >= MAX_EVENTS) {
      events = MAX_EVENTS - 1;
      fail(
          new StateError(
              StateError.RUNTIME,
              "The execution reached the maximum number of history events (" + MAX_EVENTS + ")."));
    }
  }

  /**
   * Checks the size of data.
   *
   * @throws StateError.Raised States.DataLimitExceeded
   */
  void checkLimit(String what, @Nullable Object value) {
    long bytes = Json.bytes(value);
    mostBytes = Math.max(mostBytes, bytes);
    if (bytes > MAX_BYTES) {
      throw new StateError.Raised(
          new StateError(
              StateError.DATA_LIMIT_EXCEEDED,
              "The " + what + " has " + bytes + " bytes, more than " + MAX_BYTES + "."));
    }
  }

  private void flowEnded(Flow.Outcome outcome) {
    switch (outcome) {
      case Flow.Outcome.Succeeded(Object output) ->
          end(ExecutionStatus.SUCCEEDED, Json.write(output), null);
      case Flow.Outcome.Failed(StateError error) -> fail(error);
    }
  }

  void fail(StateError error) {
    end(ExecutionStatus.FAILED, null, error);
  }

  void end(ExecutionStatus status, @Nullable String output, @Nullable StateError error) {
    if (ended) {
      return;
    }
    ended = true;
    events++; // Execution…
    service
        .simulation()
        .trace()
        .line("execution " + name, status + (error == null ? "" : " " + error.name()));
    flow.stop();
    leaveNewest();
    if (timeout != null) {
      timeout.callOff();
    }
    service.ended(this, change(status, output, error));
  }

  StatusChange change(ExecutionStatus status, @Nullable String output, @Nullable StateError error) {
    return new StatusChange(
        summary(status),
        service.executionArn(name),
        inputJson,
        output,
        error == null ? null : error.name(),
        error == null ? null : error.cause(),
        List.copyOf(newest),
        Map.copyOf(firstEntered),
        Map.copyOf(spent));
  }

  ExecutionSummary summary(ExecutionStatus status) {
    Instant end = status == ExecutionStatus.RUNNING ? null : service.simulation().instant();
    return new ExecutionSummary(name, status, started, end, events, mostBytes);
  }
}
