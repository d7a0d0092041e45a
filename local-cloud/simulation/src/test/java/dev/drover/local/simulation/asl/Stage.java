package dev.drover.local.simulation.asl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** A machine on a simulation of its own, with functions and queues that do as a test says. */
final class Stage implements Integrations {
  static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  static final String ARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:m";

  final Simulation simulation;
  final StepFunctions service;
  final List<Call> calls = new ArrayList<>();
  final List<StatusChange> changes = new ArrayList<>();
  private final Map<String, Deque<BiConsumer<Call, Answer>>> scripts = new HashMap<>();

  Stage(String json) {
    this(StateMachine.parse(json, Map.of()));
  }

  Stage(StateMachine machine) {
    this.simulation = new Simulation(1, START, Trace.digested());
    this.service = new StepFunctions(simulation, ARN, machine, this, changes::add);
  }

  /** A machine of those states, which begins at the state A. */
  static Stage of(String states) {
    return new Stage(machine(states));
  }

  static String machine(String states) {
    return "{\"QueryLanguage\":\"JSONata\",\"StartAt\":\"A\",\"States\":{"
        + states.replace('\'', '"')
        + "}}";
  }

  record Call(Instant time, String target, String body) {
    Map<?, ?> fields() {
      return Json.parse(body) instanceof Map<?, ?> map ? map : Map.of();
    }

    String token() {
      return String.valueOf(fields().get("taskToken"));
    }
  }

  /** What the next call there does; the last one is for all that follow. */
  Stage on(String target, BiConsumer<Call, Answer> script) {
    scripts.computeIfAbsent(target, t -> new ArrayDeque<>()).add(script);
    return this;
  }

  /** What all calls there do, in the place of all that was said before. */
  Stage onAll(String target, BiConsumer<Call, Answer> script) {
    scripts.put(target, new ArrayDeque<>(List.of(script)));
    return this;
  }

  Stage answers(String target, String json) {
    return on(target, (call, answer) -> answer.succeed(json));
  }

  Stage fails(String target, String error) {
    return on(target, (call, answer) -> answer.fail(error, "because"));
  }

  static BiConsumer<Call, Answer> silence() {
    return (call, answer) -> {};
  }

  @Override
  public void invoke(String functionArn, String payload, Answer answer) {
    called(functionArn, payload, answer);
  }

  @Override
  public void startExecution(String machineArn, String name, String input, Answer answer) {
    service.start(machineArn, name, input);
    answer.succeed("{\"ExecutionArn\":\"" + service.executionArn(name) + "\"}");
  }

  @Override
  public void sendMessage(String queueUrl, String body, Answer answer) {
    called(queueUrl, body, answer);
  }

  private void called(String target, String body, Answer answer) {
    Call call = new Call(simulation.instant(), target, body);
    calls.add(call);
    Deque<BiConsumer<Call, Answer>> script = scripts.getOrDefault(target, new ArrayDeque<>());
    BiConsumer<Call, Answer> next = script.size() > 1 ? script.remove() : script.element();
    next.accept(call, answer);
  }

  void start(String input) {
    service.start(ARN, "run", input);
  }

  void run(Duration duration) {
    simulation.runUntil(simulation.instant().plus(duration));
  }

  /** Starts an execution and runs until it ended. */
  StatusChange result(String input) {
    start(input);
    return end();
  }

  StatusChange end() {
    run(Duration.ofDays(40));
    StatusChange last = changes.getLast();
    assertThat(last.execution().status()).isNotEqualTo(ExecutionStatus.RUNNING);
    return last;
  }

  List<Call> calls(String target) {
    return calls.stream().filter(call -> call.target().equals(target)).toList();
  }

  static List<String> path(StatusChange change) {
    return change.newest().stream().map(StateVisit::state).toList();
  }
}
