package dev.drover.functions.account;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Waiting tasks in memory, by their tokens. */
public final class InMemoryTaskTokens implements TaskTokens {
  /** The tasks that succeeded, with their outputs. */
  public final Map<String, String> succeeded = new TreeMap<>();

  private final Set<String> waiting = new HashSet<>();
  private int opened;
  private int calls;
  private boolean failsNext;

  @Override
  public boolean succeed(String token, String output) {
    calls++;
    if (failsNext) {
      failsNext = false;
      throw new TransientException("connection reset");
    }
    if (!waiting.remove(token)) {
      return false;
    }
    succeeded.put(token, output);
    return true;
  }

  /** A task begins to wait; its token. */
  public String open() {
    String token = "token-" + ++opened;
    waiting.add(token);
    return token;
  }

  /** The task's time is up. */
  public void expire(String token) {
    waiting.remove(token);
  }

  /** The next answer does not come through. */
  public void failNext() {
    failsNext = true;
  }

  /** How often an answer was sent. */
  public int calls() {
    return calls;
  }
}
