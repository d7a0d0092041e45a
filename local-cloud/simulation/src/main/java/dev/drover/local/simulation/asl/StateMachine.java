package dev.drover.local.simulation.asl;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A state machine, ready to run; one serves every execution of it.
 *
 * @see StateMachine#parse
 */
public final class StateMachine {
  private final State.Workflow workflow;
  private final @Nullable Integer timeoutSeconds;

  StateMachine(State.Workflow workflow, @Nullable Integer timeoutSeconds) {
    this.workflow = workflow;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * Reads a machine in the Amazon States Language.
   *
   * @param json with <code>${Name}</code> where a substitution goes
   * @param substitutions by name
   * @throws IllegalArgumentException for a mistake, and for every field, type of state, function or
   *     part of {@code $states} that is not interpreted here; it is named
   */
  public static StateMachine parse(String json, Map<String, String> substitutions) {
    return StateMachineParser.parse(json, substitutions);
  }

  State.Workflow workflow() {
    return workflow;
  }

  @Nullable Integer timeoutSeconds() {
    return timeoutSeconds;
  }
}
