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
 * @param requireStanding refuses when the snapshot is gone
 */
record VsphereCapture(
    CaptureName name,
    Report.Consistency consistency,
    Firmware firmware,
    List<CapturedDisk> disks,
    SharedExport export,
    Runnable requireStanding)
    implements Capture {

  /** What a VM snapshot shows cannot change; the snapshot itself can be gone. */
  @Override
  public void verifyUnchanged() {
    requireStanding.run();
  }

  /** The lease goes at once; the snapshot stands until the run releases it. */
  @Override
  public void close() {
    export.close();
  }
}
