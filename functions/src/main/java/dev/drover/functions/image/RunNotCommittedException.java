package dev.drover.functions.image;

import dev.drover.protocol.RunId;

/** A run ended, or its job went on without it, before its image was there. */
public final class RunNotCommittedException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  RunNotCommittedException(RunId runId) {
    super("run " + runId + " is not its job's active run any more; its image is not published");
  }
}
