package dev.drover.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.format.SampleSegments;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageJsonTest {
  private static final ConnectorTask.Replicate TASK =
      new ConnectorTask.Replicate(
          MessageJson.VERSION,
          "m-1",
          "token",
          SampleSegments.ENVIRONMENT,
          SampleSegments.JOB,
          SampleSegments.RUN,
          1,
          1,
          new ServerId("s-1a2b3c4d"),
          "web-1",
          SampleSegments.TIME,
          "tasks/site/sms-run-5e6f7a8b/1/plan.json");
  private static final ReportOrigin ORIGIN =
      new ReportOrigin(
          SampleSegments.ENVIRONMENT,
          ConnectorId.declared(SampleSegments.ENVIRONMENT, "site-1"),
          7,
          SampleSegments.TIME);
  private static final RunAttempt ATTEMPT =
      new RunAttempt(SampleSegments.JOB, SampleSegments.RUN, 1);

  @Test
  void task_writtenAndRead_isTheSame() {
    String json = MessageJson.writeText(TASK);
    assertThat(json)
        .contains(
            "\"type\":\"replicate\"", "\"version\":1", "\"deadline\":\"2026-11-23T14:00:00Z\"")
        .contains("\"runId\":\"sms-run-5e6f7a8b\"");
    assertThat(MessageJson.read("task", json, ConnectorTask.class)).isEqualTo(TASK);
  }

  @Test
  void reports_writtenAndRead_areTheSame() {
    List<Report> reports =
        List.of(
            new Report.Registration(
                1, ORIGIN, List.of(1), "0.1.0", "folder", null, null, List.of()),
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
                List.of()),
            new Report.Status(1, ORIGIN, 2, 1, 0),
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
                        SampleSegments.DISK, "root.img", "root.img", 512, null, "first run"))),
            new Report.Progress(
                1,
                ORIGIN,
                ATTEMPT,
                SampleSegments.GENERATION,
                List.of(new Report.DiskProgress(SampleSegments.DISK, 512, 512, 512, 40))),
            new Report.Completed(
                1,
                ORIGIN,
                ATTEMPT,
                SampleSegments.GENERATION,
                List.of(new TaskResult.ManifestKey(SampleSegments.DISK, "reports/x"))),
            new Report.Failed(1, ORIGIN, ATTEMPT, "SourceChanged", false, "root.img changed"));

    for (Report report : reports) {
      assertThat(MessageJson.read("report", MessageJson.write(report), Report.class))
          .isEqualTo(report);
    }
  }

  @Test
  void read_plan_isTheSame() {
    ReplicationPlan plan =
        new ReplicationPlan(
            1,
            SampleSegments.ENVIRONMENT,
            SampleSegments.JOB,
            SampleSegments.RUN,
            2,
            1,
            new ServerId("s-1a2b3c4d"),
            "web-1",
            true,
            null,
            ZeroPolicy.SEND,
            List.of(
                new ReplicationPlan.Disk(
                    SampleSegments.DISK,
                    new ReplicationPlan.Base(
                        SampleSegments.BASE,
                        SampleSegments.RUN,
                        "digests/x",
                        Digest.ofText("list"),
                        Digest.ofText("disk"),
                        512),
                    null,
                    false,
                    ReadMode.FULL,
                    SampleSegments.GENERATION,
                    "tasks/x",
                    List.of(3))));
    assertThat(MessageJson.read("plan", MessageJson.write(plan), ReplicationPlan.class))
        .isEqualTo(plan);
  }

  @Test
  void read_unknownField_isIgnored() {
    String json = "{\"future\":[1]," + MessageJson.writeText(TASK).substring(1);
    assertThat(MessageJson.read("task", json, ConnectorTask.class)).isEqualTo(TASK);
  }

  @Test
  void read_unknownVersion_saysSo() {
    String json = MessageJson.writeText(TASK).replace("\"version\":1", "\"version\":2");
    assertThatThrownBy(() -> MessageJson.read("task", json, ConnectorTask.class))
        .isInstanceOf(UnknownVersionException.class);
  }

  @Test
  void read_missingField_isNamed() {
    String json = MessageJson.writeText(TASK).replace("\"vmId\":\"web-1\",", "");
    assertThatThrownBy(() -> MessageJson.read("task", json, ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("vmId");
  }

  @Test
  void read_unknownType_isRefused() {
    String json = MessageJson.writeText(TASK).replace("replicate", "format-disk");
    assertThatThrownBy(() -> MessageJson.read("task", json, ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("format-disk");
  }

  @Test
  void read_noJson_isRefused() {
    assertThatThrownBy(() -> MessageJson.read("task", "PK\u0003\u0004", ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("task: ");
    assertThatThrownBy(() -> MessageJson.read("task", "null", ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void ids_ofAnotherShape_areRefused() {
    assertThatThrownBy(() -> new JobId("sms-job-XYZ")).isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new EnvironmentName("../etc"))
        .isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new SnapshotId("none")).isInstanceOf(InvalidMessageException.class);
  }
}
