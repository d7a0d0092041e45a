package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.VimClient;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One export lease for all disks that are read of a VM snapshot at the same time: a VM gives no
 * second one. The first reader opens it, the last one gives it back.
 */
final class SharedExport {
  private final VimClient vim;
  private final Moref snapshot;
  private final List<VirtualDisk> disks;
  private @Nullable ExportLease lease;
  private int readers;
  private boolean broken;
  private boolean closed;

  SharedExport(VimClient vim, Moref snapshot, List<VirtualDisk> disks) {
    this.vim = vim;
    this.snapshot = snapshot;
    this.disks = List.copyOf(disks);
  }

  synchronized ExportLease join() {
    requireOpen();
    if (broken) {
      throw new SourceUnavailableException(
          "The export of a VM snapshot by " + vim.server() + " broke off; it is tried again.",
          null);
    }
    ExportLease current = lease;
    if (current == null) {
      current = ExportLease.open(vim, snapshot, disks);
      lease = current;
    }
    readers++;
    return current;
  }

  /**
   * A reader ends.
   *
   * @param whole whether it got everything that it wanted
   */
  synchronized void leave(boolean whole) {
    broken |= !whole;
    readers--;
    if (readers == 0 && lease != null) {
      if (broken) {
        lease.close();
      } else {
        lease.complete();
      }
      lease = null;
      broken = false;
    }
  }

  synchronized void requireOpen() {
    if (closed) {
      throw new SourceUnavailableException(
          "The VM snapshot was let go: nothing of it is read.", null);
    }
  }

  /** Nothing is read any more. */
  synchronized void close() {
    closed = true;
    if (lease != null) {
      lease.close();
    }
  }
}
