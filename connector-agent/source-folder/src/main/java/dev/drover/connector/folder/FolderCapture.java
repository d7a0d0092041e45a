package dev.drover.connector.folder;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;

/** A server's images, held open as they were when the capture was named. */
record FolderCapture(
    CaptureName name,
    Firmware firmware,
    List<CapturedDisk> disks,
    List<ImageFile> files,
    WriterWatch watch)
    implements Capture {

  /** Nothing may write to an image while it is read; whether nothing can is not always known. */
  @Override
  public Report.Consistency consistency() {
    return watch.knowsOfAllWriters() ? Report.Consistency.AT_REST : Report.Consistency.UNKNOWN;
  }

  @Override
  public void verifyUnchanged() {
    files.forEach(ImageFile::verifyUnchanged);
    watch.look();
  }

  @Override
  public void close() {
    files.forEach(ImageFile::close);
  }
}
