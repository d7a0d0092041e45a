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
 * @param standing whether the snapshot is there still
 */
record VsphereCapture(
    CaptureName name,
    Report.Consistency consistency,
    Firmware firmware,
    List<CapturedDisk> disks,
    SharedExport export,
    Standing standing)
    implements Capture {

  /** What a VM snapshot shows cannot change; the snapshot itself can be gone. */
  @Override
  public void verifyUnchanged() {
    standing.require();
  }

  /** The lease goes at once; the snapshot stands until the run releases it. */
  @Override
  public void close() {
    export.close();
  }
}
