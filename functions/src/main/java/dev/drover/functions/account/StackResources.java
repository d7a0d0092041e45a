package dev.drover.functions.account;

import java.util.Map;

/** What the stacks of applications are made of. */
public interface StackResources {
  /**
   * The resources that are there, also while the stack is made or changed: of one that is being
   * replaced the newest.
   *
   * @param stackId id or name
   * @return physical by logical id; none when there is no such stack
   */
  Map<String, String> of(String stackId);
}
