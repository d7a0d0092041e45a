package dev.drover.connector.vsphere;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;

/**
 * A VM snapshot of ours, and its disks.
 *
 * @param hold what the source is told when the snapshot is looked for and let go
 */
record VsphereCapture(
    CaptureName name,
    Report.Consistency consistency,
    Firmware firmware,
    List<CapturedDisk> disks,
    SharedExport export,
    Hold hold)
    implements Capture {

  /** The source's side of a capture. */
  interface Hold {
    /** Whether the snapshot still stands; refuses when it does not. */
    void requireStanding();

    /** Nobody reads it any more: it is removed. A second time does nothing. */
    void release();
  }

  /** What a VM snapshot shows cannot change; the snapshot itself can be gone. */
  @Override
  public void verifyUnchanged() {
    hold.requireStanding();
  }

  @Override
  public void close() {
    export.close();
    hold.release();
  }
}
