package dev.drover.functions.account;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** EC2 instances, looked at from outside. */
public interface Instances {
  /**
   * EC2's two checks of an instance, in its words: ok, initializing, impaired, insufficient-data,
   * not-applicable.
   *
   * @param system of what the instance runs on
   * @param instance of its own network and software
   */
  record Checks(String system, String instance) {
    /** Whether both say that all is well. */
    public boolean arePassed() {
      return OK.equals(system) && OK.equals(instance);
    }

    private static final String OK = "ok";
  }

  /** The checks of those that run, by their ids. */
  Map<String, Checks> checks(Collection<String> ids);

  /** The tags of an instance that runs or is about to; empty: there is none. */
  Optional<Map<String, String>> tags(String id);

  /** What the instance has written to its console; empty where EC2 has nothing of it. */
  Optional<String> console(String id);
}
