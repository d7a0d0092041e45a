package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;

/** EBS does not complete a snapshot: what it counted in it is not what the receipts say. */
public final class CompletionRefusedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  CompletionRefusedException(RunDisk disk, String sentence) {
    super(
        "snapshot "
            + disk.snapshotId()
            + " of disk "
            + disk.named()
            + " was not completed, EBS says: "
            + sentence
            + ". No image is made. Start a run on demand: it begins a new snapshot.");
  }
}
