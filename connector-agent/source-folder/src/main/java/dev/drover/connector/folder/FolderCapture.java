package dev.drover.connector.folder;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;

/** A server's images, held open as they were when the capture was named. */
record FolderCapture(
    CaptureName name, Firmware firmware, List<CapturedDisk> disks, List<ImageFile> files)
    implements Capture {

  /** Nothing may write to an image while it is read, so that its file systems are at rest. */
  @Override
  public Report.Consistency consistency() {
    return Report.Consistency.AT_REST;
  }

  @Override
  public void verifyUnchanged() {
    files.forEach(ImageFile::verifyUnchanged);
  }

  @Override
  public void close() {
    files.forEach(ImageFile::close);
  }
}
