package dev.drover.local.simulation.scheduler;

/** Is invoked when a schedule fires, outside of every process: it must not wait. */
@FunctionalInterface
public interface FiringListener {
  /** A schedule fires. */
  void fired(String targetArn, String inputJson);
}
