package dev.drover.connector.task;

import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;

/** A capture of which it is known when it does not come back; its disks' readers tell that. */
record WatchedCapture(Capture capture, Pulse pulse) implements Capture {
  @Override
  public CaptureName name() {
    return capture.name();
  }

  @Override
  public Report.Consistency consistency() {
    return capture.consistency();
  }

  @Override
  public Firmware firmware() {
    return capture.firmware();
  }

  @Override
  public List<CapturedDisk> disks() {
    return capture.disks();
  }

  @Override
  public void verifyUnchanged() {
    try (Pulse.Step _ = pulse.read(() -> "comparing the disks with what they were at first")) {
      capture.verifyUnchanged();
    }
  }

  @Override
  public void close() {
    try (Pulse.Step _ = pulse.read(() -> "closing the server's disks")) {
      capture.close();
    }
  }
}
