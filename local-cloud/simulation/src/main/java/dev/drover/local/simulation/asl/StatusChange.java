package dev.drover.local.simulation.asl;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What EventBridge is told when an execution begins or ends.
 *
 * @param input JSON
 * @param output JSON, of an execution that succeeded
 * @param error of one that did not, where it has one
 * @param newest the states that it entered, the newest {@value Execution#VISITS_KEPT}, oldest first
 * @param firstEntered when each state was entered for the first time
 * @param spent how long it took from entering each state until the next one was entered, in sum
 */
public record StatusChange(
    ExecutionSummary execution,
    String executionArn,
    String input,
    @Nullable String output,
    @Nullable String error,
    @Nullable String cause,
    List<StateVisit> newest,
    Map<String, Instant> firstEntered,
    Map<String, Duration> spent) {}
