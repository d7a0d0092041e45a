package dev.drover.local.simulator.ssm;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command on one instance, and how far its steps are. */
final class RunCommand {
  static final String DOWNLOAD = "downloadContent";
  static final String WINDOWS = "runPowerShellScript";
  static final String SCRIPT = "runShellScript";

  /** The steps of AWS-RunRemoteScript with their plugins. */
  static final Map<String, String> PLUGINS =
      Map.of(
          DOWNLOAD, "aws:downloadContent",
          WINDOWS, "aws:runPowerShellScript",
          SCRIPT, "aws:runShellScript");

  final Wish wish;
  private final Map<String, Step> steps = new LinkedHashMap<>();
  private @Nullable Instant begun;
  private boolean isCancelled;

  RunCommand(Wish wish) {
    this.wish = wish;
  }

  /**
   * What was asked for.
   *
   * @param delivery how long the agent may take to begin
   * @param execution how long the command line may take
   */
  record Wish(
      String id,
      String instanceId,
      String comment,
      Map<String, List<String>> parameters,
      Duration delivery,
      Duration execution,
      @Nullable String outputBucket,
      String outputPrefix,
      Instant requestedAt) {
    String parameter(String name) {
      return String.join("\n", parameters.getOrDefault(name, List.of()));
    }
  }

  /**
   * How far a step, or the whole, is.
   *
   * @param status of Systems Manager's: Pending, InProgress, Success, …
   * @param details the same, or more of it
   * @param code -1: there is none
   * @param url of what it printed; empty: nowhere
   */
  record Step(String status, String details, int code, String output, String error, String url) {
    static Step of(String status) {
      return new Step(status, status, -1, "", "", "");
    }

    boolean isEnded() {
      return !status.equals("Pending") && !status.equals("InProgress");
    }
  }

  synchronized boolean begin(Instant now) {
    if (isCancelled) {
      return false;
    }
    begun = now;
    return true;
  }

  synchronized void end(String name, Step step) {
    steps.put(name, step);
  }

  /** False: it has ended. */
  synchronized boolean cancel(Instant now) {
    if (whole(now).isEnded()) {
      return false;
    }
    isCancelled = true;
    return true;
  }

  /** A step at a time; empty: the document has no such step. */
  synchronized Optional<Step> step(String name, Instant now) {
    if (!PLUGINS.containsKey(name)) {
      return Optional.empty();
    }
    Step ended = steps.get(name);
    return Optional.of(ended == null ? unfinished(now) : ended);
  }

  /** All steps together. */
  synchronized Step whole(Instant now) {
    if (steps.size() < PLUGINS.size()) {
      return unfinished(now);
    }
    return steps.values().stream()
        .filter(step -> !step.status().equals("Success"))
        .findFirst()
        .orElse(Step.of("Success"));
  }

  /** An agent that is gone tells no end: the service gives up then. */
  private Step unfinished(Instant now) {
    if (isCancelled) {
      return Step.of("Cancelled");
    }
    Instant start = begun;
    if (start == null) {
      return now.isAfter(wish.requestedAt().plus(wish.delivery()))
          ? new Step("TimedOut", "DeliveryTimedOut", -1, "", "", "")
          : Step.of("Pending");
    }
    return now.isAfter(start.plus(wish.execution()).plus(wish.delivery()))
        ? new Step("TimedOut", "ExecutionTimedOut", -1, "", "", "")
        : Step.of("InProgress");
  }
}
