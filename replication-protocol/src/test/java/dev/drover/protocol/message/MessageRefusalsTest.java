package dev.drover.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.format.SampleSegments;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the other side must have said, and what it cannot have meant. */
class MessageRefusalsTest {
  private static final ConnectorTask INVENTORY_TASK =
      new ConnectorTask.TakeInventory(1, "m-2", SampleSegments.ENVIRONMENT);
  private static final ConnectorTask CLEAN_UP_TASK =
      new ConnectorTask.CleanUp(1, "m-3", SampleSegments.ENVIRONMENT, SampleSegments.RUN, "web");
  private static final TaskResult RESULT =
      new TaskResult(
          1,
          SampleSegments.GENERATION,
          List.of(new TaskResult.ManifestKey(SampleSegments.DISK, "reports/x")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registration /origin",
        "registration /origin/environment",
        "registration /origin/connectorId",
        "registration /origin/time",
        "registration /protocolVersions",
        "registration /connectorVersion",
        "registration /sourceType",
        "registration /capabilities",
        "inventory /origin",
        "inventory /servers",
        "inventory /servers/0/vmId",
        "inventory /servers/0/name",
        "inventory /servers/0/firmware",
        "inventory /servers/0/disks",
        "inventory /servers/0/disks/0/diskId",
        "inventory /servers/0/disks/0/name",
        "inventory /problems",
        "status /origin",
        "opened /origin",
        "opened /run",
        "opened /run/jobId",
        "opened /run/runId",
        "opened /generation",
        "opened /vmSnapshotTime",
        "opened /consistency",
        "opened /firmware",
        "opened /disks",
        "opened /disks/0/diskId",
        "opened /disks/0/backingUuid",
        "opened /disks/0/label",
        "progress /origin",
        "progress /run",
        "progress /generation",
        "progress /disks",
        "progress /disks/0/diskId",
        "completed /origin",
        "completed /run",
        "completed /generation",
        "completed /manifests",
        "completed /manifests/0/disk",
        "completed /manifests/0/key",
        "failed /origin",
        "failed /run",
        "failed /code",
        "failed /sentence",
        "replicate /messageId",
        "replicate /taskToken",
        "replicate /environment",
        "replicate /jobId",
        "replicate /runId",
        "replicate /serverId",
        "replicate /vmId",
        "replicate /deadline",
        "replicate /planKey",
        "take-inventory /messageId",
        "take-inventory /environment",
        "clean-up /messageId",
        "clean-up /environment",
        "clean-up /runId",
        "clean-up /vmId",
        "plan /environment",
        "plan /jobId",
        "plan /runId",
        "plan /serverId",
        "plan /vmId",
        "plan /zeroPolicy",
        "plan /disks",
        "plan /disks/0/diskId",
        "plan /disks/0/readMode",
        "plan /disks/0/sendAgain",
        "plan /disks/0/base/snapshotId",
        "plan /disks/0/base/runId",
        "plan /disks/0/base/digestListKey",
        "plan /disks/0/base/digestListDigest",
        "plan /disks/0/base/diskDigest",
        "result /generation",
        "result /manifests"
      })
  void read_partMissing_isNamed(String kindAndField) {
    String kind = kindAndField.substring(0, kindAndField.indexOf(' '));
    JsonPointer field = JsonPointer.compile(kindAndField.substring(kind.length() + 1));
    ObjectNode json = json(kind);
    String name = field.last().getMatchingProperty();
    assertThat(parent(json, field).remove(name)).as("was there").isNotNull();

    assertThatThrownBy(() -> read(kind, json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(name + " is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "registration, /origin/sequence, -1, origin.sequence is -1",
    "inventory, /servers/0/disks/0/sizeBytes, 0, 'a disk has 1 to 70368744177664 bytes, not 0'",
    "opened, /run/attempt, 0, attempt is 0",
    "opened, /disks/0/sizeBytes, 0, 'a disk has 1 to 70368744177664 bytes, not 0'",
    "progress, /disks/0/bytesTotal, -1, a count of bytes is negative",
    "progress, /disks/0/bytesRead, -1, a count of bytes is negative",
    "progress, /disks/0/bytesChanged, -1, a count of bytes is negative",
    "progress, /disks/0/bytesSent, -1, a count of bytes is negative",
    "replicate, /attempt, 0, attempt is 0",
    "replicate, /pass, 0, pass is 0",
    "plan, /attempt, 0, attempt is 0",
    "plan, /pass, 0, pass is 0",
    "plan, /bandwidthBytesPerSecond, 0, bandwidthBytesPerSecond is 0",
    "plan, /disks/0/base/sizeBytes, 0, 'a disk has 1 to 70368744177664 bytes, not 0'"
  })
  void read_numberThatCannotBe_isRefused(
      String kind, String pointer, long value, String complaint) {
    ObjectNode json = json(kind);
    JsonPointer field = JsonPointer.compile(pointer);
    parent(json, field).put(field.last().getMatchingProperty(), value);
    assertThatThrownBy(() -> read(kind, json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(kind + ": " + complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "registration, /origin/sequence, 0",
    "progress, /disks/0/bytesTotal, 0",
    "progress, /disks/0/bytesRead, 0",
    "progress, /disks/0/bytesChanged, 0",
    "progress, /disks/0/bytesSent, 0",
    "plan, /attempt, 1",
    "plan, /bandwidthBytesPerSecond, 1"
  })
  void read_numberAtItsLimit_isTaken(String kind, String pointer, long value) {
    ObjectNode json = json(kind);
    JsonPointer field = JsonPointer.compile(pointer);
    parent(json, field).put(field.last().getMatchingProperty(), value);
    byte[] again = MessageJson.write(read(kind, json));
    assertThat(MessageJson.read("again", again, ObjectNode.class).at(field).asLong())
        .isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registration",
        "inventory",
        "status",
        "opened",
        "progress",
        "completed",
        "failed",
        "replicate",
        "take-inventory",
        "plan",
        "result"
      })
  void read_laterVersion_isUnknown(String kind) {
    ObjectNode json = json(kind).put("version", 2);
    assertThatThrownBy(() -> read(kind, json))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessageEndingWith("is of version 2, this build reads version 1");
  }

  @Test
  void read_openedWithoutDisksOrWithOneTwice_isRefused() {
    ObjectNode none = json("opened");
    none.putArray("disks");
    assertThatThrownBy(() -> read("opened", none)).hasMessage("opened: disks is empty");

    ObjectNode twice = json("opened");
    twice.withArray("disks").add(twice.at("/disks/0").deepCopy());
    assertThatThrownBy(() -> read("opened", twice))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("opened: disks names one disk twice");
  }

  @Test
  void read_resultWithoutManifests_isRefused() {
    ObjectNode json = json("result");
    json.putArray("manifests");
    assertThatThrownBy(() -> read("result", json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("result: manifests is empty");
  }

  /** The bitmap is of one generation: without it, nobody knows of which. */
  @ParameterizedTest
  @ValueSource(strings = {"generation", "durableExtentsKey"})
  void read_planWithHalfABitmap_isRefused(String missing) {
    ObjectNode json = json("plan");
    ((ObjectNode) json.at("/disks/0")).remove(missing);
    assertThatThrownBy(() -> read("plan", json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("plan: generation and durableExtentsKey come together");
  }

  @Test
  void disk_ofAPlan_isFoundByItsId() {
    ReplicationPlan plan = MessageJsonTest.PLAN;
    assertThat(plan.disk(SampleSegments.DISK)).contains(plan.disks().getFirst());
    assertThat(plan.disk(new DiskId("d-0123456789abcdef0"))).isEmpty();
  }

  @Test
  void run_ofTaskAndPlan_namesTheHandOver() {
    assertThat(MessageJsonTest.PLAN.run()).isEqualTo(SampleReports.ATTEMPT);
    assertThat(MessageJsonTest.TASK.run().attempt()).isEqualTo(1);
    assertThat(MessageJsonTest.TASK.run().runId()).isEqualTo(SampleSegments.RUN);
  }

  private static ObjectNode json(String kind) {
    Object message =
        switch (kind) {
          case "registration" -> SampleReports.REGISTRATION;
          case "inventory" -> SampleReports.INVENTORY;
          case "status" -> SampleReports.STATUS;
          case "opened" -> SampleReports.OPENED;
          case "progress" -> SampleReports.PROGRESS;
          case "completed" -> SampleReports.COMPLETED;
          case "failed" -> SampleReports.FAILED;
          case "replicate" -> MessageJsonTest.TASK;
          case "take-inventory" -> INVENTORY_TASK;
          case "clean-up" -> CLEAN_UP_TASK;
          case "plan" -> MessageJsonTest.PLAN;
          case "result" -> RESULT;
          default -> throw new IllegalArgumentException(kind);
        };
    return MessageJson.read("json", MessageJson.write(message), ObjectNode.class);
  }

  private static Object read(String kind, JsonNode json) {
    Class<?> type =
        switch (kind) {
          case "replicate", "take-inventory", "clean-up" -> ConnectorTask.class;
          case "plan" -> ReplicationPlan.class;
          case "result" -> TaskResult.class;
          default -> Report.class;
        };
    return MessageJson.read(kind, json.toString(), type);
  }

  private static ObjectNode parent(ObjectNode json, JsonPointer field) {
    return (ObjectNode) json.at(field.head());
  }
}
