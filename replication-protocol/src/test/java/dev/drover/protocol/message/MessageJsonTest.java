package dev.drover.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.format.SampleSegments;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageJsonTest {
  static final ConnectorTask.Replicate TASK =
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
          "tasks/site/sms-run-5e6f7a8b/1/plan.json",
          Digest.ofText("plan"),
          true);

  static final ReplicationPlan PLAN =
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

  @Test
  void task_asText_hasNoToken() {
    assertThat(TASK.toString()).contains("m-1", "sms-run-5e6f7a8b").doesNotContain("token");
  }

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
    for (Report report : SampleReports.all()) {
      assertThat(MessageJson.read("report", MessageJson.write(report), Report.class))
          .isEqualTo(report);
    }
  }

  @Test
  void read_plan_isTheSame() {
    assertThat(MessageJson.read("plan", MessageJson.write(PLAN), ReplicationPlan.class))
        .isEqualTo(PLAN);
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
  void read_greatestLength_isRead() {
    byte[] json = Arrays.copyOf(MessageJson.write(TASK), MessageJson.MAX_BYTES + 1);
    Arrays.fill(json, MessageJson.write(TASK).length, json.length, (byte) ' ');
    assertThatThrownBy(() -> MessageJson.read("task", json, ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("task has 33554433 bytes, at most 33554432");
    byte[] greatest = Arrays.copyOf(json, MessageJson.MAX_BYTES);
    assertThat(MessageJson.read("task", greatest, ConnectorTask.class)).isEqualTo(TASK);
  }

  /** The reason is shown to people: it is one line, without the parser's place in the source. */
  @Test
  void read_noJson_saysWhyInOneLine() {
    assertThatThrownBy(() -> MessageJson.read("task", "{\"version\" 1}", ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("was expecting a colon")
        .message()
        .hasLineCount(1);
  }

  @Test
  void read_anotherMessageBehind_isRefused() {
    String json = MessageJson.writeText(TASK);
    assertThatThrownBy(() -> MessageJson.read("task", json + json, ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void read_nullForANumber_isRefused() {
    String json = MessageJson.writeText(TASK).replace("\"pass\":1", "\"pass\":null");
    assertThatThrownBy(() -> MessageJson.read("task", json, ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void read_idOfAnotherShape_saysWhichAndWhy() {
    String json = MessageJson.writeText(TASK).replace("sms-run-5e6f7a8b", "sms-run-XYZ");
    assertThatThrownBy(() -> MessageJson.read("task", json, ConnectorTask.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("task: 'sms-run-XYZ' is not a replication run id (sms-run-[0-9a-f]{8})");
  }

  @Test
  void write_fieldsWithoutAValue_areLeftOut() {
    assertThat(MessageJson.writeText(SampleReports.REGISTRATION)).doesNotContain("ipAddress");
    assertThat(MessageJson.writeText(PLAN)).doesNotContain("bandwidthBytesPerSecond");
  }

  @Test
  void write_whatIsNoMessage_isAMistakeOfTheCaller() {
    assertThatThrownBy(() -> MessageJson.write(new Object()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be written as JSON");
  }

  @Test
  void ids_ofAnotherShape_areRefused() {
    assertThatThrownBy(() -> new JobId("sms-job-XYZ")).isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new EnvironmentName("../etc"))
        .isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new SnapshotId("none")).isInstanceOf(InvalidMessageException.class);
  }
}
