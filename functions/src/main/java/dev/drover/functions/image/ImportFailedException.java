package dev.drover.functions.image;

import dev.drover.functions.account.ImageImports;
import dev.drover.protocol.RunId;

/**
 * VM Import could not make a run's image. The copy is kept, and the job's next start has VM Import
 * try it once more, or registers it, as the job's settings are then.
 */
public final class ImportFailedException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  ImportFailedException(RunId runId, ImageImports.Task task) {
    super(
        sentence(runId, task)
            + " The next start tries it once more with the same copy. If the guest boots on EC2 as"
            + " it is, set imageImport to never by Drover_V1.PutReplicationJobSettings first.");
  }

  static String sentence(RunId runId, ImageImports.Task task) {
    String words = task.message().isEmpty() ? "it says no reason" : task.message();
    return "VM Import ("
        + task.id()
        + ") made no image of run "
        + runId
        + ": "
        + words
        + (words.endsWith(".") ? "" : ".");
  }
}
