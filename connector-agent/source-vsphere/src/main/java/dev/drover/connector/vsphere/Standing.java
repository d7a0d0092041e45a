package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.vsphere.soap.VimFault;
import org.jspecify.annotations.Nullable;

/**
 * Whether a VM snapshot that is read still stands: somebody may remove it, or revert and delete.
 */
record Standing(VmSnapshots snapshots, Machine machine, VmSnapshot snapshot) {
  /** Refuses when it is gone; the same server can be captured anew. */
  void require() {
    try {
      if (!stands()) {
        throw gone(null);
      }
    } catch (VimFault e) {
      throw e.toSourceException();
    }
  }

  /**
   * Why reading failed: that the snapshot is gone says more than what broke then. Where nobody can
   * be asked, it is what broke.
   */
  SourceException explained(SourceException failure) {
    try {
      return stands() ? failure : gone(failure);
    } catch (VimFault | SourceException e) {
      return failure;
    }
  }

  private boolean stands() {
    return snapshots.of(machine.id().reference()).stream()
        .anyMatch(standing -> standing.id().equals(snapshot.id()));
  }

  private SourceUnavailableException gone(@Nullable Throwable cause) {
    return new SourceUnavailableException(
        "The VM snapshot '"
            + snapshot.name()
            + "' of '"
            + machine.name()
            + "' was removed by somebody else while it was read: the server is captured anew; see"
            + " who removes snapshots of it.",
        cause);
  }
}
