package dev.drover.protocol.message;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.format.SampleSegments;
import java.util.List;

/** One report of each kind. */
final class SampleReports {
  static final ReportOrigin ORIGIN =
      new ReportOrigin(
          SampleSegments.ENVIRONMENT,
          new ConnectorId("c-0123456789abcdef0"),
          7,
          SampleSegments.TIME);
  static final RunAttempt ATTEMPT = new RunAttempt(SampleSegments.JOB, SampleSegments.RUN, 2);
  static final Report REGISTRATION =
      new Report.Registration(1, ORIGIN, List.of(1), "0.1.0", "folder", null, null, List.of());
  static final Report INVENTORY =
      new Report.Inventory(
          1,
          ORIGIN,
          List.of(
              new Report.InventoryServer(
                  "web-1",
                  "web-1",
                  null,
                  "Debian 12",
                  Firmware.UEFI,
                  2,
                  2048L,
                  List.of(new Report.InventoryDisk(SampleSegments.DISK, "root.img", 512)))),
          List.of("data.img cannot be read"));
  static final Report STATUS = new Report.Status(1, ORIGIN, 2, 1, 0);
  static final Report OPENED =
      new Report.Opened(
          1,
          ORIGIN,
          ATTEMPT,
          SampleSegments.GENERATION,
          SampleSegments.TIME,
          Report.Consistency.AT_REST,
          Firmware.BIOS,
          List.of(
              new Report.OpenedDisk(
                  SampleSegments.DISK, "root.img", "root.img", 512, null, "first run")));
  static final Report PROGRESS =
      new Report.Progress(
          1,
          ORIGIN,
          ATTEMPT,
          SampleSegments.GENERATION,
          List.of(new Report.DiskProgress(SampleSegments.DISK, 512, 512, 512, 40)));
  static final Report COMPLETED =
      new Report.Completed(
          1,
          ORIGIN,
          ATTEMPT,
          SampleSegments.GENERATION,
          List.of(new TaskResult.ManifestKey(SampleSegments.DISK, "reports/x")));
  static final Report FAILED =
      new Report.Failed(1, ORIGIN, ATTEMPT, "SourceChanged", false, "root.img changed");

  private SampleReports() {}

  static List<Report> all() {
    return List.of(REGISTRATION, INVENTORY, STATUS, OPENED, PROGRESS, COMPLETED, FAILED);
  }
}
