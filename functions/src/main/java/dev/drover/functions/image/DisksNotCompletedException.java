package dev.drover.functions.image;

import dev.drover.protocol.RunId;

/** Not every disk of a run is completed, or not all are of one generation: no image. */
public final class DisksNotCompletedException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  DisksNotCompletedException(RunId runId, String complaint) {
    super("no image is made of run " + runId + ": " + complaint);
  }
}
