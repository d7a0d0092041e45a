package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.asl.Flow.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The iterations of one attempt of a Map. They begin in the order of the items, a new one when one
 * ends; the first that fails stops the others, and its error is the Map's.
 */
final class Iterations {
  private final Flow flow;
  private final Execution execution;
  private final Visit visit;
  private final State.ForEach forEach;
  private final Map<Integer, Flow> running = new TreeMap<>();
  private final List<@Nullable Object> results = new ArrayList<>();
  private List<?> items = List.of();
  private int next;
  private boolean open = true;

  Iterations(Flow flow, Visit visit, State.ForEach forEach) {
    this.flow = flow;
    this.execution = flow.execution();
    this.visit = visit;
    this.forEach = forEach;
  }

  void start() {
    if (!(forEach.items().evaluate(flow.bindings(visit)) instanceof List<?> list)) {
      throw StateError.queryEvaluation("Items must be an array.");
    }
    items = list;
    execution.events(1); // MapStateStarted
    for (int i = 0; i < items.size(); i++) {
      results.add(null);
    }
    startMore();
  }

  void stop() {
    open = false;
    running.values().forEach(Flow::stop);
    running.clear();
  }

  private void startMore() {
    int most = forEach.maxConcurrency() == 0 ? Integer.MAX_VALUE : forEach.maxConcurrency();
    while (open && next < items.size() && running.size() < most) {
      startOne(next++);
    }
    if (open && running.isEmpty()) {
      open = false;
      execution.events(1); // MapStateSucceeded
      flow.succeeded(visit, forEach.exit(), results);
    }
  }

  private void startOne(int index) {
    Map<String, @Nullable Object> item = new LinkedHashMap<>();
    item.put("Index", index);
    item.put("Value", items.get(index));
    Object input = input(item);
    execution.checkLimit("input of an iteration", input);
    Variables inner = new Variables(flow.variables());
    Flow iteration =
        new Flow(execution, forEach.workflow(), inner, item, outcome -> ended(index, outcome));
    running.put(index, iteration);
    execution.events(1); // MapIterationStarted
    if (open) {
      iteration.start(input);
    }
  }

  private @Nullable Object input(Map<String, @Nullable Object> item) {
    if (forEach.itemSelector() == null) {
      return item.get("Value");
    }
    Bindings bindings = flow.bindings(visit);
    Map<String, @Nullable Object> context = flow.context(visit);
    context.put("Map", Map.of("Item", item));
    bindings.states().put("context", context);
    return forEach.itemSelector().evaluate(bindings);
  }

  private void ended(int index, Outcome outcome) {
    running.remove(index);
    switch (outcome) {
      case Outcome.Succeeded(Object output) -> {
        results.set(index, output);
        execution.events(1); // MapIterationSucceeded
        startMoreOrFail();
      }
      case Outcome.Failed(StateError error) -> fail(error);
    }
  }

  private void startMoreOrFail() {
    try {
      startMore();
    } catch (StateError.Raised e) {
      fail(e.error());
    }
  }

  /** Not proven: that an iteration which is stopped counts for two events, its state and itself. */
  private void fail(StateError error) {
    int aborted = running.size();
    stop();
    // MapIterationFailed, MapStateFailed; per other one …StateAborted, MapIterationAborted
    execution.events(2 + 2 * aborted);
    flow.failed(visit, error);
  }
}
