package dev.drover.functions.image;

import dev.drover.functions.account.ImageImports;
import dev.drover.protocol.RunId;

/** VM Import could not make an image of the same copy twice: only another copy may be better. */
public final class ImportFailedAgainException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  ImportFailedAgainException(RunId runId, ImageImports.Task task) {
    super(
        ImportFailedException.sentence(runId, task)
            + " It was the second time: mend the guest as VM Import says, and the job's next run"
            + " copies it again.");
  }
}
