package dev.drover.functions.run;

import dev.drover.functions.state.RunReference;
import dev.drover.protocol.EnvironmentName;

/** Removes what a run that made no AMI left behind. */
@FunctionalInterface
public interface RunCleanUp {
  /** Idempotent; what is gone is gone. */
  void cleanUp(EnvironmentName environment, RunReference run);
}
