package dev.drover.functions.run;

import dev.drover.functions.state.RunReference;

/** Removes what a run left behind that has ended for good. */
@FunctionalInterface
public interface RunCleanUp {
  /**
   * Idempotent; what is gone is gone. A run that goes on, or may go on, keeps what it has; while
   * its job stands still, nothing on its site.
   */
  void cleanUp(RunReference run);
}
