package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;

/** The digest list of a base is not the one that was written when the base was completed. */
public final class DigestListTamperedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  DigestListTamperedException(RunDisk disk, String what) {
    super(
        "the digest list of base "
            + disk.baseSnapshot()
            + " of disk "
            + disk.named()
            + " "
            + what
            + ". No image is made; the next run does not rest on this base and sends the whole"
            + " disk.");
  }
}
