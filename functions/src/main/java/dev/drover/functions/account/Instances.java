package dev.drover.functions.account;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /**
   * An instance that carries the tag {@link Volumes#TAG_APP} and is not terminated, nor about to
   * be.
   *
   * @param type EC2's, for example t3.small
   */
  record Launched(String id, String type, Instant launchedAt, Map<String, String> tags) {
    /** Copies the tags. */
    public Launched {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * Some of those that were launched for applications.
   *
   * @param next of the part before; null: the first
   */
  Listing<Launched> launched(@Nullable String next);

  /** The instance of that id, if it was launched for an application. */
  Optional<Launched> findLaunched(String id);

  /** Terminates an instance; its volumes stay as they were attached. Once more is harmless. */
  void terminate(String id);

  /** What the instance has written to its console; empty where EC2 has nothing of it. */
  Optional<String> console(String id);
}
