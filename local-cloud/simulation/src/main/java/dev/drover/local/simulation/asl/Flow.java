package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.asl.State.Catcher;
import dev.drover.local.simulation.asl.State.Exit;
import dev.drover.local.simulation.asl.State.Retrier;
import dev.drover.local.simulation.asl.State.Rule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A path through the states of a workflow: the execution's own, or that of one iteration of a Map.
 * It is in one state at a time, and does something only when what that state waits for comes.
 */
final class Flow {
  private static final StateError NO_MATCH =
      new StateError(StateError.NO_CHOICE_MATCHED, "no condition holds, and there is no Default");

  private final Execution execution;
  private final State.Workflow workflow;
  private final Variables variables;
  private final @Nullable Map<String, @Nullable Object> item;
  private final Consumer<Outcome> whenDone;
  private Runnable stopWork = () -> {};
  private boolean ended;

  /**
   * A path that has not begun.
   *
   * @param item what {@code $states.context.Map.Item} is, in an iteration
   * @param whenDone is told once, unless the path is stopped before
   */
  Flow(
      Execution execution,
      State.Workflow workflow,
      Variables variables,
      @Nullable Map<String, @Nullable Object> item,
      Consumer<Outcome> whenDone) {
    this.execution = execution;
    this.workflow = workflow;
    this.variables = variables;
    this.item = item;
    this.whenDone = whenDone;
  }

  /** How a path ends. */
  sealed interface Outcome {
    /** With that output. */
    record Succeeded(@Nullable Object output) implements Outcome {}

    /** With an error that no state of it caught. */
    record Failed(StateError error) implements Outcome {}
  }

  Execution execution() {
    return execution;
  }

  Variables variables() {
    return variables;
  }

  void start(@Nullable Object input) {
    transition(workflow.first(), input);
  }

  /** Stops it and all that it waits for; its end is told to nobody. */
  void stop() {
    ended = true;
    stopWork.run();
    stopWork = () -> {};
  }

  private void transition(State state, @Nullable Object input) {
    await(Execution.TRANSITION, () -> enter(state, input));
  }

  /** Waits, and can be stopped meanwhile. */
  private void await(Duration delay, Runnable then) {
    Alarm alarm =
        Alarm.after(
            execution.simulation(),
            delay,
            () -> {
              stopWork = () -> {};
              then.run();
            });
    stopWork = alarm::callOff;
  }

  private void enter(State state, @Nullable Object input) {
    Visit visit = new Visit(state, input, execution.simulation().instant());
    execution.entered(state);
    if (!ended) {
      attempt(visit);
    }
  }

  private void attempt(Visit visit) {
    try {
      doWork(visit);
    } catch (StateError.Raised e) {
      evaluationFailed(visit, e.error());
    }
  }

  private void doWork(Visit visit) {
    Bindings bindings = bindings(visit);
    switch (visit.state()) {
      case State.Pass pass -> leave(pass.exit(), visit.input(), bindings);
      case State.Succeed succeed -> leave(succeed.exit(), visit.input(), bindings);
      case State.Choice choice -> leave(chosen(choice, bindings), visit.input(), bindings);
      case State.Wait wait -> {
        int seconds = Numbers.seconds(wait.seconds(), bindings, 0);
        await(Duration.ofSeconds(seconds), () -> leaveOrFail(visit, wait.exit(), bindings));
      }
      case State.Fail fail -> failed(error(fail, bindings));
      case State.Task task -> {
        TaskAttempt attempt = new TaskAttempt(this, visit, task);
        stopWork = attempt::stop;
        attempt.start();
      }
      case State.ForEach forEach -> {
        Iterations iterations = new Iterations(this, visit, forEach);
        stopWork = iterations::stop;
        iterations.start();
      }
    }
  }

  private static Exit chosen(State.Choice choice, Bindings bindings) {
    for (Rule rule : choice.rules()) {
      Object holds = rule.condition().evaluate(bindings);
      if (!(holds instanceof Boolean)) {
        throw StateError.queryEvaluation(rule.condition().about() + " returned no boolean.");
      }
      if (Boolean.TRUE.equals(holds)) {
        return rule.exit();
      }
    }
    if (choice.otherwise() == null) {
      throw new StateError.Raised(NO_MATCH);
    }
    return choice.otherwise();
  }

  private static StateError error(State.Fail fail, Bindings bindings) {
    String name = text(fail.error(), bindings);
    return new StateError(name == null ? "" : name, text(fail.cause(), bindings));
  }

  private static @Nullable String text(@Nullable Template template, Bindings bindings) {
    if (template == null) {
      return null;
    }
    if (template.evaluate(bindings) instanceof String text) {
      return text;
    }
    throw StateError.queryEvaluation("Error and Cause of a Fail state must be strings.");
  }

  /** What expressions of the state see without a result or an error. */
  Bindings bindings(Visit visit) {
    Map<String, @Nullable Object> states = new HashMap<>();
    states.put("input", visit.input());
    states.put("context", context(visit));
    return new Bindings(variables, states);
  }

  Map<String, @Nullable Object> context(Visit visit) {
    Map<String, @Nullable Object> context = new HashMap<>();
    context.put("Execution", execution.context());
    context.put("State", visit.context());
    context.put("StateMachine", Map.of("Id", execution.stateMachineArn()));
    if (item != null) {
      context.put("Map", Map.of("Item", item));
    }
    return context;
  }

  /** The work of a state is done: it is left with that result. */
  void succeeded(Visit visit, Exit exit, @Nullable Object result) {
    stopWork = () -> {};
    try {
      execution.checkLimit("result", result);
      Bindings bindings = bindings(visit);
      bindings.states().put("result", result);
      leave(exit, result, bindings);
    } catch (StateError.Raised e) {
      evaluationFailed(visit, e.error());
    }
  }

  private void leaveOrFail(Visit visit, Exit exit, Bindings bindings) {
    try {
      leave(exit, visit.input(), bindings);
    } catch (StateError.Raised e) {
      evaluationFailed(visit, e.error());
    }
  }

  private void evaluationFailed(Visit visit, StateError error) {
    if (error.name().equals(StateError.QUERY_EVALUATION_ERROR)) {
      execution.events(1); // EvaluationFailed
    }
    stopWork.run();
    failed(visit, error);
  }

  /**
   * A state reports an error: it is tried again, caught, or ends the path. The first Retrier that
   * takes the error decides alone; when its attempts are used up, the Catchers are asked.
   */
  void failed(Visit visit, StateError error) {
    stopWork = () -> {};
    if (ended) {
      return;
    }
    List<Retrier> retriers = visit.state().recovery().retriers();
    for (int i = 0; i < retriers.size(); i++) {
      if (retriers.get(i).takes(error)) {
        if (visit.mayRetry(i, retriers.get(i))) {
          double seconds = visit.nextDelaySeconds(i, retriers.get(i), execution.random());
          await(Duration.ofMillis(Math.round(seconds * 1000)), () -> attempt(visit));
          return;
        }
        break;
      }
    }
    for (Catcher catcher : visit.state().recovery().catchers()) {
      if (catcher.takes(error)) {
        caught(visit, catcher, error);
        return;
      }
    }
    failed(error);
  }

  /** Not proven: that a mistake in a Catcher's own expressions ends the path, and is not caught. */
  private void caught(Visit visit, Catcher catcher, StateError error) {
    Map<String, Object> output = error.output();
    Bindings bindings = bindings(visit);
    bindings.states().put("errorOutput", output);
    try {
      leave(catcher.exit(), output, bindings);
    } catch (StateError.Raised e) {
      execution.events(1); // EvaluationFailed
      failed(e.error());
    }
  }

  private void failed(StateError error) {
    if (ended) {
      return;
    }
    if (error.name().equals(StateError.RUNTIME)) {
      execution.fail(error);
      return;
    }
    ended = true;
    whenDone.accept(new Outcome.Failed(error));
  }

  /** Output and Assign both see the variables as they were on entry, whichever is first. */
  private void leave(Exit exit, @Nullable Object otherwise, Bindings bindings) {
    Object output = exit.output() == null ? otherwise : exit.output().evaluate(bindings);
    execution.checkLimit("output", output);
    if (exit.assign() != null) {
      Map<String, @Nullable Object> assigned = exit.assign().evaluate(bindings);
      execution.checkLimit("variables", assigned);
      variables.assign(assigned);
    }
    execution.events(1); // …StateExited
    if (ended) {
      return;
    }
    if (exit.next() == null) {
      ended = true;
      whenDone.accept(new Outcome.Succeeded(output));
    } else {
      transition(workflow.state(exit.next()), output);
    }
  }
}
