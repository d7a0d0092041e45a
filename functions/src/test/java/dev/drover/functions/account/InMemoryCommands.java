package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commands in memory; a test says which instances are managed and what comes of scripts. */
public final class InMemoryCommands implements Commands {
  /** The instances that are managed. */
  public final Map<String, Node> nodes = new HashMap<>();

  /** What comes of the scripts of that key, in whatever bucket; without one there is no script. */
  public final Map<String, Invocation> outcomes = new HashMap<>();

  /** What was sent, by command. */
  public final Map<String, Request> sent = new HashMap<>();

  /** The commands that were cancelled. */
  public final List<String> cancelled = new ArrayList<>();

  /** Commands of which nobody hears yet. */
  public final Set<String> hidden = new HashSet<>();

  /**
   * Called by the next step that asks for an instance, or sends a command, before it is answered.
   */
  public @Nullable Runnable meanwhile;

  private @Nullable RuntimeException next;
  private boolean isLost;
  private int number;

  /** The next command is not sent. */
  public void refuseNext(RuntimeException failure) {
    next = failure;
  }

  /** The next command is sent, and nobody hears of it. */
  public void loseNextAnswer() {
    isLost = true;
  }

  /** The newest command. */
  public String newest() {
    return id(number);
  }

  private static String id(int number) {
    return "00000000-0000-4000-8000-%012d".formatted(number);
  }

  @Override
  public Optional<Node> node(String instanceId) {
    passMeanwhile();
    return Optional.ofNullable(nodes.get(instanceId));
  }

  private void passMeanwhile() {
    Runnable what = meanwhile;
    meanwhile = null;
    if (what != null) {
      what.run();
    }
  }

  @Override
  public String send(Request request) {
    passMeanwhile();
    RuntimeException failure = next;
    next = null;
    if (failure != null) {
      throw failure;
    }
    if (!nodes.containsKey(request.instanceId())) {
      throw new RefusedException("InvalidInstanceId", "Instances not in a valid state for account");
    }
    if (request.comment().length() > MAX_COMMENT_CHARS) {
      throw new RefusedException("ValidationException", "comment");
    }
    number++;
    sent.put(newest(), request);
    if (isLost) {
      isLost = false;
      throw new TransientException("nobody heard it");
    }
    return newest();
  }

  @Override
  public Optional<String> find(String instanceId, String comment) {
    return sent.entrySet().stream()
        .filter(each -> !hidden.contains(each.getKey()))
        .filter(each -> each.getValue().instanceId().equals(instanceId))
        .filter(each -> each.getValue().comment().equals(comment))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public Optional<Invocation> invocation(String commandId, String instanceId, Shell shell) {
    return Optional.ofNullable(sent.get(commandId))
        .filter(request -> request.instanceId().equals(instanceId))
        .filter(_ -> !hidden.contains(commandId))
        .map(
            request ->
                cancelled.contains(commandId)
                    ? new Invocation(Status.FAILED, "Cancelled", null, "", "", null)
                    : outcomes.getOrDefault(
                        request.key(),
                        new Invocation(
                            Status.FAILED,
                            "Success",
                            null,
                            "",
                            "the script could not be fetched",
                            null)));
  }

  @Override
  public boolean cancel(String commandId) {
    if (!sent.containsKey(commandId) || hidden.contains(commandId)) {
      return false;
    }
    cancelled.add(commandId);
    return true;
  }
}
