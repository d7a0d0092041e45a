package dev.drover.functions.account;

import java.util.Map;

/** Where people, and what they have written, learn of what Drover will not tell in an answer. */
public interface EventBus {
  /**
   * Puts an event. It may arrive twice, as all events may.
   *
   * @param type what happened, a few words: rules match it
   * @param detail name to value
   * @throws TransientException when it was not taken
   */
  void put(String type, Map<String, String> detail);
}
