package dev.drover.functions.account;

import dev.drover.protocol.SnapshotId;

/**
 * A snapshot takes no blocks: EBS does not know it (yet, for up to two minutes after it was
 * started), or it is not pending any more.
 */
public final class SnapshotNotWritableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SnapshotNotWritableException(SnapshotId snapshotId, Throwable cause) {
    super("snapshot " + snapshotId + " takes no blocks: " + cause.getMessage(), cause);
  }
}
